using System.Runtime.InteropServices;

namespace FleetBridge.Output;

/// <summary>
/// Whether the reader of the standard output is still there, as in <c>fleetbridge logs | head</c>. The framework hides that a pipe is
/// closed, so a command that prints forever would never end. Windows has no such notice: there the command ends with its console.
/// </summary>
internal static partial class OutputReader
{
    private const int StandardOutput = 1;
    private const short Error = 0x0008;
    private const short HangUp = 0x0010;

    /// <summary>Cancels when the reader is gone. Where there is no pipe, or nobody to say so, it never does.</summary>
    /// <param name="gone">What is cancelled.</param>
    public static void CancelWhenGone(CancellationTokenSource gone)
    {
        if (!OperatingSystem.IsWindows() && Console.IsOutputRedirected)
        {
            new Thread(() => Wait(gone)) { IsBackground = true, Name = "reader of the output" }.Start();
        }
    }

    private static void Wait(CancellationTokenSource gone)
    {
        // without a wish for events, the system reports only that the other end is closed (poll(2))
        var output = new PollDescriptor { Descriptor = StandardOutput };
        while (Poll(ref output, 1, -1) < 0 && Marshal.GetLastPInvokeError() == 4 /* EINTR */)
        {
        }

        if ((output.Returned & (Error | HangUp)) != 0)
        {
            try
            {
                gone.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // the command ends by itself
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Returned;
    }
}
