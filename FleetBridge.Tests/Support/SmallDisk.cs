using System.Diagnostics;

namespace FleetBridge.Tests.Support;

/// <summary>A disk of its own in a temporary folder: a small one that is soon full, or one whose files can share their blocks.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Mount = "/usr/bin/mount";
    private const string Unmount = "/usr/bin/umount";
    private const string MakeBtrfs = "/usr/sbin/mkfs.btrfs";
    private const int SmallestBtrfs = 128 * 1024 * 1024;

    private readonly TemporaryFolder _folder = new();
    private bool _isMounted;

    /// <summary>Where it is.</summary>
    public string Path => _folder["disk"];

    /// <summary>In memory, with so many bytes. The test is skipped where that is not allowed.</summary>
    public static SmallDisk OfMemory(int bytes)
    {
        Requires.Linux();
        var disk = new SmallDisk();
        disk.MountOrSkip("-t", "tmpfs", "-o", $"size={bytes}", "tmpfs");
        return disk;
    }

    /// <summary>With Btrfs. The test is skipped where that is not allowed or not installed.</summary>
    public static SmallDisk OfBtrfs()
    {
        Requires.Linux();
        Requires.File(MakeBtrfs, "btrfs-progs");
        var disk = new SmallDisk();
        var image = disk._folder["image"];
        using (var file = File.Create(image))
        {
            file.SetLength(SmallestBtrfs);
        }

        Assert.True(Run(MakeBtrfs, "-q", image) is null, "mkfs.btrfs failed");
        disk.MountOrSkip("-o", "loop", image);
        return disk;
    }

    /// <summary>From now on nothing can be written to it.</summary>
    public void MakeReadOnly() => Assert.True(Run(Mount, "-o", "remount,ro", Path) is null, "the disk cannot be made read-only");

    public void Dispose()
    {
        if (_isMounted)
        {
            Run(Unmount, Path);
        }

        _folder.Dispose();
    }

    private void MountOrSkip(params string[] arguments)
    {
        Directory.CreateDirectory(Path);
        if (!File.Exists(Mount) || Run(Mount, [.. arguments, Path]) is { } problem)
        {
            Dispose();
            Assert.Skip("No disk can be mounted here: run it as root, outside an unprivileged container.");
            return;
        }

        _isMounted = true;
    }

    /// <returns>What it printed when it failed; null when it worked.</returns>
    private static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1", program, .. arguments])
        {
            RedirectStandardOutput = true,
        })!;
        var problem = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : problem;
    }
}
