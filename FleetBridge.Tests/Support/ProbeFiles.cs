namespace FleetBridge.Tests.Support;

/// <summary>The files through which a test and a running operation of the Probe fixture meet.</summary>
internal sealed class ProbeFiles(TemporaryFolder folder, string name = "probe")
{
    private readonly string _gate = folder[$"{name}-gate"];
    private readonly string _mark = folder[$"{name}-mark"];
    private readonly string _done = folder[$"{name}-done"];

    /// <summary>The query that names them.</summary>
    public string Query => $"gate={_gate}&mark={_mark}&done={_done}";

    /// <summary>Lets the operation continue.</summary>
    public void OpenGate() => File.WriteAllText(_gate, "");

    public Task WaitUntilBegunAsync() => Eventually.TrueAsync(() => File.Exists(_mark), "the operation has begun");

    /// <summary>Waits until the operation has ended.</summary>
    /// <returns><c>completed</c> or <c>cancelled</c>.</returns>
    public async Task<string> WaitUntilDoneAsync()
    {
        await Eventually.TrueAsync(() => File.Exists(_done) && Read().Length > 0, "the operation has ended");
        return Read();
    }

    public bool HasBegun => File.Exists(_mark);

    public bool IsDone => File.Exists(_done);

    private string Read()
    {
        using var reader = new StreamReader(new FileStream(_done, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
