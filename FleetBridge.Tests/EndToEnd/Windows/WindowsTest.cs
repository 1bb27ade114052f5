using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Windows;

/// <summary>What the tests of the release for Windows share: a Wine, and the program run in it.</summary>
[Collection(WindowsCollection.Name)]
public abstract class WindowsTest(WindowsFixture fixture, ITestOutputHelper output) : CliTest, IAsyncLifetime
{
    private Wine? _wine;

    private protected ITestOutputHelper Shown => output;

    private protected Wine Wine => _wine!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _wine = await fixture.RequireAsync();
            await PrepareAsync();
        }
        catch
        {
            // a test that ends here, skipped or not, is not disposed
            Dispose();
            throw;
        }
    }

    public virtual ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>What a class needs besides.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>A file of the test, as a program of Windows writes its path.</summary>
    private protected string PathOf(params string[] names) => Wine.PathOf(Folder[names]);

    /// <summary>Runs the program to its end, and holds its exit code against the expected one.</summary>
    private protected Task<FleetBridgeResult> RunWindowsAsync(int code, params string[] args) => RunWindowsAsync(code, null, args);

    /// <summary>Runs the program to its end, with variables.</summary>
    private protected async Task<FleetBridgeResult> RunWindowsAsync(
        int code, IReadOnlyDictionary<string, string>? variables, string[] args, string? folder = null)
    {
        await using var program = Wine.Start(State, args, variables, folder);
        program.EndInput();
        var result = await program.WaitAsync(2 * Eventually.Limit);
        output.WriteLine($"> fleetbridge.exe {string.Join(' ', args)} → {result.Code}\n{result.Error}{result.Output}");
        Assert.True(code == result.Code, $"exit code {result.Code}\n{result.Error}{result.Output}");
        return result;
    }

    /// <summary>Starts a bridge on free ports, and waits until it serves.</summary>
    private protected Task<ServingProcess> ServeWindowsAsync(params string[] args) => ServeWindowsAsync(null, args);

    /// <summary>Starts a bridge on free ports with variables.</summary>
    private protected Task<ServingProcess> ServeWindowsAsync(IReadOnlyDictionary<string, string>? variables, string[] args) =>
        ServingProcess.AnnouncedAsync(Wine.Start(
            State, ["serve", "--json", "--http-port", "0", "--websocket-port", "0", .. args], variables));
}
