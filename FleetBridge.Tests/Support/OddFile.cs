using System.Diagnostics;
using System.Net.Sockets;

namespace FleetBridge.Tests.Support;

/// <summary>What may stand in a file's place without being one.</summary>
internal static class OddFile
{
    /// <summary>The kinds: for a table of tests.</summary>
    public static TheoryData<string> Kinds => ["pipe", "device", "link to a pipe", "link to a device", "socket", "folder", "huge"];

    /// <summary>Makes one, in place of what is there.</summary>
    /// <param name="path">Where.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    public static void Make(string path, string kind)
    {
        File.Delete(path);
        switch (kind)
        {
            case "pipe":
                MakePipe(path);
                break;
            case "device" or "link to a device":
                // a test must not need the right to make devices
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "link to a pipe":
                MakePipe($"{path}.target");
                File.CreateSymbolicLink(path, $"{path}.target");
                break;
            case "socket":
                using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
                {
                    // its own name goes with it
                    socket.Bind(new UnixDomainSocketEndPoint($"{path}.s"));
                    using var linked = Process.Start("ln", [$"{path}.s", path]);
                    linked.WaitForExit();
                }

                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            default:
                using (var file = File.Create(path))
                {
                    // takes no room on the disk
                    file.SetLength(8L * 1024 * 1024 * 1024);
                }

                break;
        }
    }

    /// <summary>Makes a pipe.</summary>
    public static void MakePipe(string path)
    {
        using var made = Process.Start("mkfifo", ["-m", "600", path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }
}
