using FleetBridge.Core.Logs;

namespace FleetBridge.Tests.Support;

/// <summary>A pipe or a device in the log file's place, which the bridge itself refuses: a disk that hangs, or is full.</summary>
/// <param name="path">Its path.</param>
internal sealed class OddLogTarget(string path) : ILogTarget
{
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public string Path => path;

    public void Write(ReadOnlySpan<byte> text) => _file.Write(text);

    public void Dispose() => _file.Dispose();
}
