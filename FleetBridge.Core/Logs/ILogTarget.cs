namespace FleetBridge.Core.Logs;

/// <summary>Where the log's lines are written to. A write either succeeds or throws, and the next one is in its place.</summary>
internal interface ILogTarget : IDisposable
{
    /// <summary>The file's full path.</summary>
    string Path { get; }

    /// <summary>Writes lines, with one call to the system.</summary>
    /// <param name="text">Whole lines, in UTF-8.</param>
    /// <exception cref="IOException">The disk is full, or the like.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    void Write(ReadOnlySpan<byte> text);
}
