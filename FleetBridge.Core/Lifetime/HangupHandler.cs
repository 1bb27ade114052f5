using System.Runtime.InteropServices;

namespace FleetBridge.Core.Lifetime;

/// <summary>
/// Handles the end of the console or terminal (SIGHUP; CTRL_CLOSE_EVENT on Windows) in the way of Ctrl-C.
/// </summary>
internal sealed class HangupHandler : IDisposable
{
    /// <summary>
    /// Windows ends the process as soon as the handler returns, and after some seconds in any case. The signal handler has no
    /// clock of ours: it blocks a thread of the system's.
    /// </summary>
    private static readonly TimeSpan HandlerLimit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _end;
    private readonly PosixSignalRegistration? _registration;
    private readonly ManualResetEventSlim _disposed = new();

    /// <summary>Begins to handle it.</summary>
    /// <param name="cancellation">Ctrl-C and SIGTERM.</param>
    public HangupHandler(CancellationToken cancellation)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (!IsHangupIgnored())
        {
            _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Close);
        }
    }

    /// <summary>Cancelled by a hangup, or by the token that was passed to the constructor.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Lets Windows end the process: to be disposed when everything else is finished.</summary>
    public void Dispose()
    {
        // The source is not disposed: the signal may arrive at this moment, and cancels it.
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

    /// <summary>Whether nohup started the process, so that it outlives the terminal; proc(5).</summary>
    private static bool IsHangupIgnored()
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
