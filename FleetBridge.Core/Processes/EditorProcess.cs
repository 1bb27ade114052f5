using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FleetBridge.Core.Processes;

/// <summary>
/// An editor that uses the bridge, known by its process id and its start. Its end is noticed however it ends, also when it is
/// killed. There is no notification for that, so it is checked several times a second.
/// </summary>
internal sealed partial class EditorProcess
{
    /// <summary>How often it is looked at.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Clocks of process starts are as coarse as this.</summary>
    private static readonly TimeSpan StartResolution = TimeSpan.FromSeconds(1);

    private readonly bool _wasParent;
    private readonly bool _mayBeYounger;
    private DateTime? _started;

    /// <summary>Remembers who it is.</summary>
    /// <param name="id">Its process id.</param>
    /// <param name="mayBeYounger">Whether it may have started after this process, as an editor that comes later.</param>
    public EditorProcess(int id, bool mayBeYounger = false)
    {
        Id = id;
        _wasParent = ParentId() == id;
        _mayBeYounger = mayBeYounger;
    }

    /// <summary>Its process id.</summary>
    public int Id { get; }

    /// <summary>Waits until it has ended.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Completes then; at once when it is not there.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public async Task WaitForEndAsync(TimeProvider clock, CancellationToken cancellation)
    {
        using var looks = new PeriodicTimer(LookInterval, clock);
        while (IsThere())
        {
            await looks.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Whether it runs. The first call remembers its start: another process that gets the id later does not count.</summary>
    public bool IsThere()
    {
        // The process that started us is our parent until it ends, whichever process gets its id after that.
        if ((_wasParent && ParentId() != Id) || ProcessIdentity.IsZombie(Id))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(Id);
            return IsTheSame(process) && !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception exception) when (exception is Win32Exception or NotSupportedException)
        {
            // access is denied, as to a process of the administrator: it exists, and that is enough
            return true;
        }
        catch (InvalidOperationException)
        {
            // it ended during the check
            return false;
        }
    }

    /// <summary>Whether a process of that id can be the editor: another one that got the id later has started later.</summary>
    private bool IsTheSame(Process process)
    {
        if (_started is { } started)
        {
            return (process.StartTime - started).Duration() < StartResolution;
        }

        _started = process.StartTime;
        if (_mayBeYounger)
        {
            return true;
        }

        using var own = Process.GetCurrentProcess();
        return _started <= own.StartTime + StartResolution;
    }

    private static int? ParentId() => OperatingSystem.IsWindows() ? null : GetParentProcessId();

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentProcessId();
}
