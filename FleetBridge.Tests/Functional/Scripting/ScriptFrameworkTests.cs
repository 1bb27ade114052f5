using FleetBridge.Core.Scripting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Scripting;

/// <summary>What scripts may use without naming it: the framework and the contract, and no package of the bridge.</summary>
public sealed class ScriptFrameworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("System.Text.Json.JsonDocument.Parse(\"{}\").Dispose();")]
    [InlineData("using (var client = new HttpClient()) { }")]
    [InlineData("ILogger logger = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance; logger.LogInformation(\"said\");")]
    [InlineData("new System.Text.RegularExpressions.Regex(\"a\").IsMatch(\"a\"); new System.Xml.XmlDocument().LoadXml(\"<a/>\");")]
    [InlineData("Microsoft.Win32.SafeHandles.SafeFileHandle? handle = null; dynamic any = 1; any = any + 1;")]
    [InlineData("var result = BackendResult.Success();")]
    public void Framework_and_contract_are_there(string code) => Assert.NotEmpty(Compile(code).Assembly);

    [Theory]
    [InlineData("System.CommandLine.RootCommand command;")]
    [InlineData("Serilog.ILogger log;")]
    [InlineData("Mono.Cecil.ModuleDefinition module;")]
    [InlineData("OpenTelemetry.Sdk sdk;")]
    [InlineData("Microsoft.CodeAnalysis.SyntaxNode node;")]
    [InlineData("Microsoft.AspNetCore.Http.HttpContext context;")]
    [InlineData("Microsoft.Extensions.Hosting.IHost host;")]
    [InlineData("FleetBridge.Core.Hosting.BackendHost host;")]
    public void Packages_and_the_bridge_itself_are_not(string code)
    {
        var exception = Assert.Throws<ScriptException>(() => Compile(code));
        Assert.Matches("error CS0(103|234|246|122)", exception.Message);
    }

    [Fact]
    public void No_assembly_beside_the_program_is_offered_but_the_contract()
    {
        var own = Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("Serilog.dll", own);
        var offered = ScriptFramework.FindAssemblies().Select(path => Path.GetFileName(path)!).ToList();
        Assert.Equal(["FleetBridge.Backends.dll"], offered.Where(own.Contains));
        Assert.Contains("System.Private.CoreLib.dll", offered);
        Assert.InRange(offered.Count, 100, 200);
    }

    private ScriptImage Compile(string code)
    {
        File.WriteAllText(_folder["script.csx"], code);
        return ScriptCompiler.Compile(_folder["script.csx"], globals: null, out _, TestContext.Current.CancellationToken);
    }
}
