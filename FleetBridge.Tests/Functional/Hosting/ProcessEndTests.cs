using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>Backends that end the process: which one it was is in the log.</summary>
public sealed class ProcessEndTests : CliTest
{
    [Fact]
    public async Task Exit_of_a_backend_is_in_the_log_before_the_process_is_gone()
    {
        Write("End()", "internal static string End() { Environment.Exit(5); return \"never\"; }");
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--backends", Folder["backends"]);
        await Assert.ThrowsAnyAsync<Exception>(() => RawHttp.PostAsync(serving.HttpPort, "/small/1/deployment/thing/check"));
        var result = await serving.Process.WaitAsync();
        Assert.Equal(5, result.Code);
        Assert.Contains(
            "This process was told to end, with all that runs in it (exit code 5). Backends that call Environment.Exit: small/1.",
            await File.ReadAllTextAsync(Path.Combine(State, "logs", "fleetbridge.log")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Exit", "5")]
    [InlineData("FailFast", "\"enough\"")]
    public async Task Backend_that_can_end_the_process_is_named_when_it_is_loaded(string method, string argument)
    {
        Write("End(false)", $"internal static string End(bool now) {{ if (now) {{ Environment.{method}({argument}); }} return \"good\"; }}");
        await using var bridge = await TestBridge.StartAsync(roots: [Folder["backends"]]);
        Assert.Equal("good", await bridge.BuildAsync("small/1"));
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains($"Backend small/1: It calls Environment.{method}, which ends the bridge", StringComparison.Ordinal),
            "the log names it");
    }

    private void Write(string check, string members) => BackendBuild.Write(
        Path.Combine(Folder["backends"], "small", "1"),
        BackendBuild.Compile("Small", BackendBuild.Source($"SmallBackend.{check}", members)),
        "Small.dll");
}
