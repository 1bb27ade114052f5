using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>Backends whose packages bring other versions of the assemblies whose types the contract uses.</summary>
public sealed class ContractBindingTests
{
    private const string Logging = "Microsoft.Extensions.Logging.Abstractions";
    private const string LoggingFile = $"{Logging}.dll";
    private const string UsesLogger = "(context.Logger is null ? \"none\" : \"good\")";
    private const string NewLogging = """
        namespace Microsoft.Extensions.Logging
        {
            public interface ILogger { }
            public static class Own { public static string Text => "good"; }
        }
        """;

    [Theory]
    [InlineData(null, "use packages that need Microsoft.Extensions.Logging.Abstractions 10 or older")]
    [InlineData("Microsoft.Extensions.Http/99.1.0", "write <PackageReference Include=\"Microsoft.Extensions.Http\" Version=\"10.*\" />")]
    [InlineData("Studio.Log/3.0.0", "choose a version of Studio.Log that needs Microsoft.Extensions.Logging.Abstractions 10 or older")]
    public async Task Newer_copy_that_the_contract_would_need_is_refused_when_it_is_loaded(string? package, string remedy)
    {
        using var root = new TemporaryFolder();
        var newer = BackendBuild.CompileNewer(Logging, "99.0.0.0", NewLogging);
        var folder = root["small", "1"];
        BackendBuild.Write(folder, BackendBuild.CompileAgainst(newer, Logging, BackendBuild.Source(UsesLogger)), "Small.dll");
        BackendBuild.Write(folder, newer, LoggingFile);
        WriteDependencies(folder, package is null ? BackendBuild.Dependencies : Dependencies(package));

        await using var bridge = await TestBridge.StartAsync(roots: [root.Path]);
        var (_, json) = await bridge.PostAsync("/small/1/deployment/thing/check");
        var error = (string?)json["Error"];
        Assert.StartsWith("The backend small/1 cannot be loaded: Small brings a newer version", error, StringComparison.Ordinal);
        Assert.Contains($"{Logging} 99.0.0 (this bridge has 10.0.0)", error, StringComparison.Ordinal);
        Assert.Contains(remedy, error, StringComparison.Ordinal);
        Assert.DoesNotContain("MissingMethodException", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Newer_copy_that_never_meets_the_contract_is_the_backends_own()
    {
        using var root = new TemporaryFolder();
        var newer = BackendBuild.CompileNewer(Logging, "99.0.0.0", NewLogging);
        BackendBuild.Write(
            root["small", "1"], BackendBuild.CompileAgainst(newer, Logging, BackendBuild.Source("Microsoft.Extensions.Logging.Own.Text")), "Small.dll");
        BackendBuild.Write(root["small", "1"], newer, LoggingFile);
        WriteDependencies(root["small", "1"], BackendBuild.Dependencies);
        await using var bridge = await TestBridge.StartAsync(roots: [root.Path]);
        Assert.Equal("good", await bridge.BuildAsync("small/1"));
    }

    [Theory]
    [InlineData("1.0.0.0")]
    [InlineData("10.0.0.0")]
    public async Task Copy_that_is_no_newer_gives_way_to_the_bridges_own(string version)
    {
        using var root = new TemporaryFolder();
        BackendBuild.Write(root["small", "1"], BackendBuild.Compile("Small", BackendBuild.Source(UsesLogger)), "Small.dll");
        BackendBuild.Write(root["small", "1"], BackendBuild.CompileNewer(Logging, version, NewLogging), LoggingFile);
        WriteDependencies(root["small", "1"], BackendBuild.Dependencies);
        await using var bridge = await TestBridge.StartAsync(roots: [root.Path]);
        Assert.Equal("good", await bridge.BuildAsync("small/1"));
    }

    [Fact]
    public async Task Newer_copy_that_another_assembly_of_the_backend_needs_is_refused_when_it_is_loaded()
    {
        using var root = new TemporaryFolder();
        var newer = BackendBuild.CompileNewer(Logging, "99.0.0.0", NewLogging);
        var words = BackendBuild.CompileAgainst(
            newer,
            Logging,
            "namespace Words; public static class Log { public static bool Has(FleetBridge.Backends.BackendContext context) => context.Logger is not null; }",
            "Words");
        var folder = root["small", "1"];
        BackendBuild.Write(folder, BackendBuild.Compile("Small", BackendBuild.Source("Words.Log.Has(context).ToString()"), words), "Small.dll");
        BackendBuild.Write(folder, words, "Words.dll");
        BackendBuild.Write(folder, newer, LoggingFile);
        WriteDependencies(folder, BackendBuild.Dependencies);
        await using var bridge = await TestBridge.StartAsync(roots: [root.Path]);
        var (_, json) = await bridge.PostAsync("/small/1/deployment/thing/check");
        var error = (string?)json["Error"];
        Assert.StartsWith("The backend small/1 cannot be loaded: Small brings a newer version", error, StringComparison.Ordinal);
        Assert.Contains("Words was built against them. In its project use packages", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_assembly_that_was_built_against_a_newer_contract_is_refused_when_it_is_loaded()
    {
        using var root = new TemporaryFolder();
        var contract = BackendBuild.CompileContract("2.99.0.0", "FleetBridge.Backends");
        var words = BackendBuild.Compile("Words", "public abstract class Word : FleetBridge.Backends.Resource;", contract);
        BackendBuild.Write(root["small", "1"], BackendBuild.Compile("Small", BackendBuild.Source()), "Small.dll");
        BackendBuild.Write(root["small", "1"], words, "Words.dll");
        WriteDependencies(root["small", "1"], BackendBuild.Dependencies);
        await using var bridge = await TestBridge.StartAsync(roots: [root.Path]);
        var (_, json) = await bridge.PostAsync("/small/1/deployment/thing/check");
        Assert.Contains("Words was built against version 2.99 of the backend contract", (string?)json["Error"], StringComparison.Ordinal);
    }

    private static void WriteDependencies(string folder, string text) => File.WriteAllText(Path.Combine(folder, "Small.deps.json"), text);

    /// <summary>A project that names one package, which needs the newer assembly's.</summary>
    private static string Dependencies(string package)
    {
        var parts = package.Split('/');
        return $$"""
            {
              "runtimeTarget": { "name": "any" },
              "targets": { "any": {
                "Small/1.0.0": { "dependencies": { "{{parts[0]}}": "{{parts[1]}}" }, "runtime": { "Small.dll": {} } },
                "{{package}}": { "dependencies": { "{{Logging}}": "99.0.0" } },
                "{{Logging}}/99.0.0": { "runtime": { "{{LoggingFile}}": { "assemblyVersion": "99.0.0.0" } } }
              } },
              "libraries": {
                "Small/1.0.0": { "type": "project", "serviceable": false, "sha512": "" },
                "{{package}}": { "type": "package", "serviceable": true, "sha512": "" },
                "{{Logging}}/99.0.0": { "type": "package", "serviceable": true, "sha512": "" }
              }
            }
            """;
    }
}
