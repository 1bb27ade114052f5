using System.Reflection;
using System.Reflection.PortableExecutable;
using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>Backends that were compiled ahead of time: their first build is loaded to stay. Which ones were is told by the
/// test, since it cannot compile ahead of time itself.</summary>
public sealed class NativeImageTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly ListedLog _log = new();

    private string Folder => _root["backends", "small", "1"];

    public void Dispose()
    {
        _log.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void Native_code_is_found_in_the_framework_and_not_in_a_plain_build()
    {
        Write("plain");
        Assert.True(NativeImage.IsIn(typeof(Uri).Assembly.Location));
        Assert.False(NativeImage.IsIn(Path.Combine(Folder, "Small.dll")));
    }

    /// <summary>The metadata is read in pieces, and some of these words begin in one and end in the next.</summary>
    [Fact]
    public void Words_are_found_wherever_they_are_in_the_metadata()
    {
        var metadata = MetadataOf(typeof(object).Assembly);
        Assert.True(metadata.Length > 1_000_000);
        for (var position = 0; position < metadata.Length - 40; position += 4_093)
        {
            Assert.True(NativeImage.MetadataContains(typeof(object).Assembly.Location, metadata.AsSpan(position, 40)), $"at {position}");
        }

        Assert.True(NativeImage.MetadataContains(typeof(object).Assembly.Location, metadata.AsSpan(metadata.Length - 40)));
        Assert.False(NativeImage.MetadataContains(typeof(object).Assembly.Location, "NobodyNamesAnythingLikeThis\0"u8));
    }

    /// <summary>What was compiled ahead of time is not bound again, unless it brings something newer.</summary>
    [Theory]
    [InlineData("99.0.0.0", true)]
    [InlineData("1.0.0.0", false)]
    public async Task Native_build_with_a_newer_copy_of_what_the_contract_uses_is_refused(string version, bool isRefused)
    {
        const string Logging = "Microsoft.Extensions.Logging.Abstractions";
        var copy = BackendBuild.CompileNewer(Logging, version, "namespace Microsoft.Extensions.Logging { public interface ILogger { } }");
        var source = BackendBuild.Source("(context.Logger is null ? \"none\" : \"good\")");
        BackendBuild.Write(
            Folder, isRefused ? BackendBuild.CompileAgainst(copy, Logging, source) : BackendBuild.Compile("Small", source), "Small.dll");
        BackendBuild.Write(Folder, copy, $"{Logging}.dll");
        File.WriteAllText(Path.Combine(Folder, "Small.deps.json"), BackendBuild.Dependencies);
        await using var host = await StartAsync(isNative: true);
        var status = host.Statuses.Single();
        Assert.Equal(isRefused ? BackendState.Failed : BackendState.Serving, status.State);
        Assert.Equal(isRefused, status.Problem?.Contains("brings a newer version", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task First_native_build_stays_and_all_later_ones_unload()
    {
        Write("first");
        await using var host = await StartAsync(isNative: true);
        Assert.Equal((1, true), await LookAsync(host));
        Write("second");
        Assert.Equal((2, false), await LookAsync(host));
        Write("third");
        Assert.Equal((3, false), await LookAsync(host));
        await Eventually.TrueAsync(() => host.Unloader.CountAlive() == 0, "the second generation is gone");
        Assert.Contains(_log.Lines, line => line.Contains("small/1 generation 1 stays in memory", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plain_builds_unload_from_the_first_on()
    {
        Write("first");
        await using var host = await StartAsync(isNative: false);
        Assert.Equal((1, false), await LookAsync(host));
    }

    [Fact]
    public async Task Native_build_that_cannot_serve_does_not_keep_the_next_one_from_serving()
    {
        var broken = BackendBuild.Source(metadata: BackendBuild.Metadata("/deployment/nothing/check"));
        BackendBuild.Write(Folder, BackendBuild.Compile("Small", broken), "Small.dll");
        await using var host = await StartAsync(isNative: true);
        Assert.Equal(BackendState.Failed, host.Statuses.Single().State);
        Write("good");
        Assert.Equal((1, false), await LookAsync(host));
    }

    [Fact]
    public async Task Native_build_is_disposed_when_the_bridge_ends_and_its_copy_is_deleted_or_left_to_the_next_sweep()
    {
        var disposed = _root["disposed"];
        Write("only", $"public override ValueTask DisposeAsync() {{ File.WriteAllText(@\"{disposed}\", \"x\"); return default; }}");
        await using (var host = await StartAsync(isNative: true))
        {
            Assert.Equal((1, true), await LookAsync(host));
        }

        Assert.True(File.Exists(disposed));
        foreach (var left in Directory.GetDirectories(_root["state", "generations"]))
        {
            // Windows holds what is in memory; the lock's file is what the next start's sweep goes by
            Assert.True(OperatingSystem.IsWindows());
            Assert.True(File.Exists(Path.Combine(left, ".lock")));
        }
    }

    private static async Task<(int Number, bool IsPinned)> LookAsync(BackendHost host)
    {
        var backend = await host.FindAsync("small", "1");
        using var lease = await backend!.LeaseAsync(default);
        return (lease!.Generation.Number, lease.Generation.IsPinned);
    }

    private static byte[] MetadataOf(Assembly assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly.Location));
        return [.. image.GetMetadata().GetContent()];
    }

    private async Task<BackendHost> StartAsync(bool isNative)
    {
        var host = new BackendHost([_root["backends"]], _root["state"], _log, TimeProvider.System, isNative: _ => isNative);
        await host.LoadAllAsync();
        return host;
    }

    private void Write(string check, string members = "") => BackendBuild.Write(
        Folder, BackendBuild.Compile("Small", BackendBuild.Source($"\"{check}\"", members)), "Small.dll");
}
