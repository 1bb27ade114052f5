namespace FleetBridge.Keeper.Protocol;

/// <summary>The files of one run of a server, in a folder of its own that nobody but this user can enter.</summary>
/// <param name="Path">The folder.</param>
internal readonly record struct RunFolder(string Path)
{
    /// <summary>The name of the socket; the keeper binds it relative to the folder, whose own path may be too long for an address.</summary>
    public const string SocketName = "socket";

    /// <summary>Written by the worker before the start: what is started.</summary>
    public string Request => System.IO.Path.Combine(Path, "request");

    /// <summary>Written by the keeper after the start: which processes these are.</summary>
    public string Started => System.IO.Path.Combine(Path, "started");

    /// <summary>Written by the keeper after the end: how.</summary>
    public string Exit => System.IO.Path.Combine(Path, "exit");

    /// <summary>The keeper's socket.</summary>
    public string Socket => System.IO.Path.Combine(Path, SocketName);

    /// <summary>Writes a file that is there whole or not at all.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fields">What it will hold.</param>
    /// <param name="isDurable">Whether also after a power cut.</param>
    public static void Place(string file, Fields fields, bool isDurable = false)
    {
        var draft = $"{file}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(draft, options))
        {
            stream.Write(fields.Write());
            if (isDurable)
            {
                stream.Flush(flushToDisk: true);
            }
        }

        File.Move(draft, file, overwrite: true);
    }

    /// <summary>Reads a file; null when there is none.</summary>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static Fields? TryRead(string file)
    {
        try
        {
            return Fields.Read(File.ReadAllBytes(file));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
