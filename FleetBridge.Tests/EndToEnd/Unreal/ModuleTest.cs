using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Unreal;

/// <summary>What the tests of the editor's module share: free ports, a folder, and editors that use them.</summary>
public abstract class ModuleTest : IDisposable
{
    /// <summary>What the editor's main thread may stand still.</summary>
    private protected static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    private protected TemporaryFolder Folder { get; } = new();

    private protected (int Http, int WebSocket) Ports { get; } = (FreePorts.Take(), FreePorts.Take());

    private protected string LogFile => Folder["state", "logs", "fleetbridge.log"];

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected PythonEditor StartEditor(params (string Name, string Value)[] environment) =>
        PythonEditor.Start(Folder, environment.ToDictionary(pair => pair.Name, pair => pair.Value));

    /// <summary>Who serves the ports.</summary>
    private protected async Task<JsonObject> HealthAsync() =>
        (await RawHttp.PostAsync(Ports.Http, "/healthz", "GET")).Json;

    /// <summary>The process ids of the editors for which it runs.</summary>
    private protected async Task<IReadOnlyList<int>> SponsorsAsync() =>
        [.. (await HealthAsync())["sponsors"]!.AsArray().Select(sponsor => (int)sponsor!["pid"]!)];

    private protected string ReadLog()
    {
        using var reader = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    /// <summary>What start_servers does when it cannot: it raises in time, with words that help, and has started nothing.</summary>
    private protected async Task AssertRaisesAsync(PythonEditor editor, params string[] texts)
    {
        var reply = await editor.StartServersAsync(Ports);
        Assert.True(reply.Error is not null, reply.ToString());
        Assert.StartsWith("FleetBridgeError: ", reply.Error, StringComparison.Ordinal);
        Assert.All(texts, text => Assert.Contains(text, reply.Error, StringComparison.Ordinal));
        Assert.InRange(reply.Time, TimeSpan.Zero, CallLimit);
        Assert.Equal(0, editor.Bridge);
    }
}
