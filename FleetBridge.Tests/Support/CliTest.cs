namespace FleetBridge.Tests.Support;

/// <summary>What the tests of the command line share: a state folder of their own, and the program run in it.</summary>
public abstract class CliTest : IDisposable
{
    /// <summary>A place for the test's files; the program's state is in <c>state</c> below it.</summary>
    private protected TemporaryFolder Folder { get; } = new();

    private protected string State => Folder["state"];

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the program to its end.</summary>
    private protected Task<FleetBridgeResult> RunAsync(params string[] args) => FleetBridgeProcess.RunAsync(State, args);

    /// <summary>Runs the program to its end, with variables.</summary>
    private protected Task<FleetBridgeResult> RunAsync(Dictionary<string, string> environment, params string[] args) =>
        FleetBridgeProcess.RunAsync(State, args, environment);

    /// <summary>Starts the program.</summary>
    private protected FleetBridgeProcess Start(params string[] args) => FleetBridgeProcess.Start(State, args);

    /// <summary>What an end that the user can fix looks like: its exit code, one line that says why, no stack trace.</summary>
    private protected static void AssertRefused(FleetBridgeResult result, int code, params string[] texts)
    {
        Assert.True(code == result.Code, $"exit code {result.Code}\n{result.Output}\n{result.Error}");
        Assert.All(texts, text => Assert.Contains(text, result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
    }
}
