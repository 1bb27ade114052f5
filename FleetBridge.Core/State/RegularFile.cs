namespace FleetBridge.Core.State;

/// <summary>Files that others have put there. A pipe or a device may be in their place: reading one would wait forever, or
/// reads without end.</summary>
internal static class RegularFile
{
    /// <summary>The length of what a path leads to, past symbolic links.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Bytes; 0 for pipes and devices, which look like empty files.</returns>
    /// <exception cref="IOException">There is no file.</exception>
    public static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file.Length : new FileInfo(file.ResolveLinkTarget(returnFinalTarget: true)!.FullName).Length;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What is in it; nothing of a pipe or a device.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static byte[] ReadAllBytes(string path) => LengthOf(path) == 0 ? [] : File.ReadAllBytes(path);

    /// <summary>Copies a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">Where to; nothing stands there. An empty file, where it is a pipe or a device.</param>
    public static void Copy(string path, string target)
    {
        if (LengthOf(path) == 0)
        {
            File.Create(target).Dispose();
        }
        else
        {
            File.Copy(path, target);
        }
    }
}
