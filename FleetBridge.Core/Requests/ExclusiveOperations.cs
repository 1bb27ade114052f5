using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using FleetBridge.Backends;
using FleetBridge.Backends.Files;
using FleetBridge.Core.State;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Requests;

/// <summary>
/// The operations that make changes and are running: two on the same resource and prefix would undo each other. It belongs to the
/// bridge, so that a reload of the backend does not forget them; a locked file for each lets the other bridges of this user know (a
/// command line beside the editor's bridge).
/// </summary>
/// <param name="stateFolder">The user's state folder; null for this process alone.</param>
/// <param name="logger">Learns when other processes cannot be noticed.</param>
internal sealed partial class ExclusiveOperations(string? stateFolder = null, ILogger? logger = null)
{
    private const string OtherProcess = "In another FleetBridge process, an operation";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Backend, string Resource, string Prefix), string> _running = [];
    private string? _reported;

    /// <summary>Begins an operation unless another one is running.</summary>
    /// <param name="backend">The backend's name.</param>
    /// <param name="resource">The resource's path.</param>
    /// <param name="prefix">The deployment's prefix; empty for a backend without one.</param>
    /// <param name="operation">The operation's name.</param>
    /// <param name="hold">Ends it when disposed, however often; null when another operation is running.</param>
    /// <param name="other">The name of the one that is running; null when none is.</param>
    /// <returns>Whether it may run.</returns>
    /// <exception cref="BackendException">Too many files are open, so that nothing can be said of other processes.</exception>
    public bool TryBegin(
        string backend,
        string resource,
        string prefix,
        string operation,
        [NotNullWhen(true)] out IDisposable? hold,
        [NotNullWhen(false)] out string? other)
    {
        var key = (backend, resource, prefix);
        lock (_lock)
        {
            if (_running.TryGetValue(key, out other))
            {
                hold = null;
                return false;
            }

            if (!TryLockFile(key, out var file))
            {
                (hold, other) = (null, OtherProcess);
                return false;
            }

            _running.Add(key, operation);
            hold = new Hold(this, key, file);
            return true;
        }
    }

    /// <summary>Locks the file of a resource. Where none can be written, only operations of this process count.</summary>
    private bool TryLockFile((string Backend, string Resource, string Prefix) key, out FileStream? file)
    {
        file = null;
        if (stateFolder is null)
        {
            return true;
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString())).AsSpan(0, 12));
        var path = Path.Combine(stateFolder, "running", $"{name}.lock");
        try
        {
            OwnFolder.Claim(Path.GetDirectoryName(path)!);
            file = LockFile.TryHold(path);
            return file is not null;
        }
        catch (Exception exception) when (FileProblem.IsOutOfDescriptors(exception))
        {
            throw new BackendException(
                "The operation was not started: too many files and connections are open in this process or on this machine.",
                "Close what you do not need, or raise the limit (ulimit -n), and try again.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(FileProblem.Describe(exception));
            return true;
        }
    }

    /// <summary>Once for each reason: every operation would say the same.</summary>
    private void Report(string problem)
    {
        if (logger is not null && _reported != problem)
        {
            _reported = problem;
            LogNotNoticed(logger, stateFolder!, problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Operations of other FleetBridge processes are not noticed: the state folder {Folder} "
        + "cannot be written: {Problem}. Fix that, or name another folder with FLEETBRIDGE_STATE.")]
    private static partial void LogNotNoticed(ILogger logger, string folder, string problem);

    private void End((string, string, string) key)
    {
        lock (_lock)
        {
            _running.Remove(key);
        }
    }

    private sealed class Hold(ExclusiveOperations owner, (string, string, string) key, FileStream? file) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                // The file itself stays: another process may just have opened it.
                file?.Dispose();
                owner.End(key);
            }
        }
    }
}
