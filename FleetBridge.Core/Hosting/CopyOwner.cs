using System.Globalization;
using FleetBridge.Core.Processes;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Whose a folder with copies is, by its name <c>process-start-machine-random</c>: a lock alone does not tell where locks do nothing,
/// as on some network file systems.
/// </summary>
/// <param name="Process">The process.</param>
/// <param name="Machine">A word for the machine that it runs on.</param>
internal sealed record CopyOwner(ProcessIdentity Process, string Machine)
{
    /// <summary>This process.</summary>
    public static CopyOwner Own { get; } = new(ProcessIdentity.Own, WordOf(Environment.MachineName));

    /// <summary>Whether its process runs on this machine.</summary>
    public bool IsHere => Machine == Own.Machine;

    /// <summary>Reads the name of a folder.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The owner; null for a name of another kind.</returns>
    public static CopyOwner? Parse(string name) => name.Split('-') is [var id, var started, var machine, _]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
        && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        ? new CopyOwner(new ProcessIdentity(process, seconds), machine)
        : null;

    /// <summary>A new name for a folder of this process.</summary>
    public static string NewName() => string.Create(
        CultureInfo.InvariantCulture, $"{Own.Process.Id}-{Own.Process.Started}-{Own.Machine}-{Path.GetRandomFileName()}");

    /// <summary>FNV-1a: the same in every process, and short.</summary>
    private static string WordOf(string machine)
    {
        var hash = 2166136261u;
        foreach (var letter in machine)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }
}
