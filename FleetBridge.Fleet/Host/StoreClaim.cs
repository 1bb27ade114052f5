using System.Globalization;
using FleetBridge.Core.Processes;
using FleetBridge.Core.State;
using FleetBridge.Fleet.Store;

namespace FleetBridge.Fleet.Host;

/// <summary>A store that this host has for itself: the system releases it when the process ends, however it ends.</summary>
internal sealed class StoreClaim : IDisposable
{
    private readonly FileStream? _lock;
    private readonly string? _holder;

    private StoreClaim(FileStream? held, string? holder) => (_lock, _holder) = (held, holder);

    /// <summary>Claims a store.</summary>
    /// <param name="store">Its file, which need not exist, or the address of one in PostgreSQL.</param>
    /// <returns>The claim.</returns>
    /// <exception cref="UserException">Another host has it, or its folder cannot be written.</exception>
    public static StoreClaim Take(string store)
    {
        if (PostgresAddress.Is(store))
        {
            // the database says who has it, and a second host waits
            return new StoreClaim(null, null);
        }

        var holder = store + ".pid";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(store)!);
            var held = LockFile.TryHold(store + ".host") ?? throw new UserException(
                ExitCode.Usage,
                $"Another fleetbridge host{ReadHolder(holder)} uses the store {store}. Use that one, stop it, or choose another file with --store.");
            var claim = new StoreClaim(held, holder);
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return claim;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(
                ExitCode.Usage, $"The store {store} cannot be used: {exception.Message} Choose another file with --store.");
        }
    }

    public void Dispose()
    {
        try
        {
            if (_holder is not null)
            {
                File.Delete(_holder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // it names a process that has ended
        }

        _lock?.Dispose();
    }

    private static string ReadHolder(string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? $" (process {id})" : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
