using System.Runtime.InteropServices;

namespace FleetBridge.Serving;

/// <summary>
/// Ends serving when the console or terminal is closed (SIGHUP; CTRL_CLOSE_EVENT on Windows), as Ctrl-C does.
/// </summary>
internal sealed class HangupHandler : IDisposable
{
    /// <summary>Windows ends the process as soon as the handler returns, and after some seconds anyhow.</summary>
    private static readonly TimeSpan HandlerLimit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _end;
    private readonly PosixSignalRegistration? _registration;
    private readonly ManualResetEventSlim _disposed = new();

    /// <summary>Begins to watch.</summary>
    /// <param name="cancellation">Ctrl-C and SIGTERM.</param>
    public HangupHandler(CancellationToken cancellation)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (!IsHangUpIgnored())
        {
            _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Close);
        }
    }

    /// <summary>Says that it was closed, or that the token that it was made with said so.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Lets Windows end the process: to be disposed after everything that has to be finished before.</summary>
    public void Dispose()
    {
        // The source itself is not disposed: the signal may come at this very moment, and cancels it then.
        _registration?.Dispose();
        _disposed.Set();
    }

    private void Close(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _end.Cancel();
        if (OperatingSystem.IsWindows())
        {
            _disposed.Wait(HandlerLimit);
        }
    }

    /// <summary>Whether it was started by nohup, which is there to outlive the terminal; proc(5).</summary>
    private static bool IsHangUpIgnored()
    {
        const string Ignored = "SigIgn:";
        try
        {
            return OperatingSystem.IsLinux()
                && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } line
                && Convert.ToUInt64(line[Ignored.Length..].Trim(), 16) % 2 == 1;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
