using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>Backends that ask for a culture, and bring texts in several languages.</summary>
public sealed class BackendCulturesTests
{
    private const string Hello =
        "new System.Resources.ResourceManager(\"Words\", typeof(SmallBackend).Assembly).GetString(\"Hello\", new System.Globalization.CultureInfo(\"de\"))!";

    [Fact]
    public async Task Texts_of_a_culture_are_those_of_its_language_and_the_log_says_what_its_formats_are()
    {
        using var root = new TemporaryFolder();
        var folder = root["small", "1"];
        BackendBuild.Write(folder, BackendBuild.CompileTexts("Small", BackendBuild.Source(Hello), "Hello"), "Small.dll");
        BackendBuild.Write(Path.Combine(folder, "de"), BackendBuild.CompileTexts("Small", "", "Hallo", "de"), "Small.resources.dll");
        await using var bridge = await TestBridge.StartAsync(roots: [root.Path]);
        Assert.Equal("Hallo", await bridge.BuildAsync("small/1"));
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("Backend small/1: It has texts in de. ", StringComparison.Ordinal)
                && bridge.ReadLogFile().Contains("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0", StringComparison.Ordinal),
            "the log says what its formats are");
    }

    [Fact]
    public async Task Culture_without_texts_gets_the_neutral_ones_and_is_no_matter_for_the_log()
    {
        using var root = new TemporaryFolder();
        BackendBuild.Write(root["small", "1"], BackendBuild.CompileTexts("Small", BackendBuild.Source(Hello), "Hello"), "Small.dll");
        await using var bridge = await TestBridge.StartAsync(roots: [root.Path]);
        Assert.Equal("Hello", await bridge.BuildAsync("small/1"));
        Assert.DoesNotContain("It has texts", bridge.ReadLogFile(), StringComparison.Ordinal);
    }
}
