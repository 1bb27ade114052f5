using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>A build of two assemblies that belong together, written piece by piece on a clock that the test holds.</summary>
public sealed class HalfWrittenBuildTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Step = QuietFolder.QuietTime;

    private readonly TemporaryFolder _root = new();
    private readonly WatchedTimeProvider _clock = new();
    private readonly BackendHost _host;

    public HalfWrittenBuildTests() =>
        _host = new BackendHost([_root["backends"]], _root["state"], NullLoggerFactory.Instance, _clock);

    private string Folder => _root["backends", "small", "1"];

    public async ValueTask InitializeAsync()
    {
        var (small, parts) = Build("1");
        BackendBuild.Write(Folder, small, "Small.dll");
        BackendBuild.Write(Folder, parts, "Parts.dll");
        File.WriteAllText(Path.Combine(Folder, "Small.deps.json"), BackendBuild.Dependencies);
        await _host.LoadAllAsync();
    }

    // a class that is disposed asynchronously is not disposed in the other way too
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Dispose();
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Request_while_a_build_is_written_waits_and_gets_all_of_it()
    {
        Assert.Equal("1 and 1", await AskAsync());
        var (small, parts) = Build("2");
        var asked = await WriteSlowlyAsync(small, "Small.dll", pieces: 5);
        Assert.False(asked.IsCompleted);
        await WriteSlowlyAsync(parts, "Parts.dll", pieces: 5);
        Assert.False(asked.IsCompleted);

        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(Step);
                return asked.IsCompleted;
            },
            "the folder is still, so the build counts");
        Assert.Equal("2 and 2", await asked);
        Assert.Equal("2 and 2", await AskAsync());
    }

    [Fact]
    public async Task Request_gets_the_old_build_when_the_new_one_takes_its_time()
    {
        Assert.Equal("1 and 1", await AskAsync());
        var (small, _) = Build("2");
        var asked = await WriteSlowlyAsync(small, "Small.dll", pieces: 80);
        Assert.Equal("1 and 1", await asked.WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task Build_that_changes_while_it_is_loaded_is_loaded_again_whole()
    {
        Assert.Equal("1 and 1", await AskAsync());
        var touched = Path.Combine(Folder, "touched.txt");
        var constructed = _root["constructed"];
        var members = $$"""
            public SmallBackend()
            {
                File.AppendAllText(@"{{constructed}}", "x");
                if (!File.Exists(@"{{touched}}")) { File.WriteAllText(@"{{touched}}", "by somebody else"); }
            }
            """;
        BackendBuild.Write(Folder, BackendBuild.Compile("Small", BackendBuild.Source("\"3\"", members)), "Small.dll");
        var asked = AskAsync();
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(10));
                return asked.IsCompleted;
            },
            "the build is loaded");
        Assert.Equal("3", await asked);
        Assert.Equal("xx", await File.ReadAllTextAsync(constructed));
        Assert.Equal(2, _host.Statuses.Single().Generation);
        await Eventually.TrueAsync(() => _host.Unloader.CountAlive() == 0, "the torn build and the old one are gone");
        Assert.Equal("3", await AskAsync());
    }

    private static (byte[] Small, byte[] Parts) Build(string name)
    {
        var parts = BackendBuild.Compile("Parts", $"public static class Part {{ public static string Name => \"{name}\"; }}");
        return (BackendBuild.Compile("Small", BackendBuild.Source($"\"{name} and \" + Part.Name"), parts), parts);
    }

    /// <summary>Writes a file in pieces, one each time the host looks at the folder.</summary>
    /// <returns>A request that was sent after the first piece.</returns>
    private async Task<Task<string>> WriteSlowlyAsync(byte[] image, string file, int pieces)
    {
        Task<string>? asked = null;
        await using var stream = File.Create(Path.Combine(Folder, file));
        foreach (var piece in image.Chunk(image.Length / pieces))
        {
            await stream.WriteAsync(piece);
            await stream.FlushAsync();
            if (asked is null)
            {
                asked = AskAsync();
            }
            else
            {
                _clock.Advance(Step);
            }

            await Eventually.TrueAsync(
                () => _clock.HasTimer(Step) || asked.IsCompleted, "the host has looked at the folder and will look again");
        }

        return asked!;
    }

    private async Task<string> AskAsync()
    {
        var backend = await _host.FindAsync("small", "1");
        using var lease = await backend!.LeaseAsync(default);
        Assert.True(lease!.Generation.Operations.TryFind(["deployment", "thing", "check"], out _, out var operation));
        var result = await operation.Handler(null!);
        return (string)result.Details!["Build"]!;
    }
}
