using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using FleetBridge.Keeper.Protocol;

namespace FleetBridge.Fleet.Keeper;

/// <summary>Connects to a keeper's socket, whose path may be longer than an address of a socket can be (unix(7): 108 bytes).</summary>
internal static partial class KeeperAddress
{
    /// <summary>macOS has 104.</summary>
    private const int MostBytes = 100;

    /// <summary>O_PATH | O_DIRECTORY | O_CLOEXEC.</summary>
    private const int FolderFlags = 0x200000 | 0x10000 | 0x80000;

    /// <summary>Connects.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<Socket> ConnectAsync(RunFolder folder, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var held = -1;
        try
        {
            var path = folder.Socket;
            if (OperatingSystem.IsLinux() && Encoding.UTF8.GetByteCount(path) > MostBytes)
            {
                held = open(folder.Path, FolderFlags);
                path = $"/proc/self/fd/{held}/{RunFolder.SocketName}";
            }

            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            if (held >= 0)
            {
                _ = close(held);
            }
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int close(int descriptor);
}
