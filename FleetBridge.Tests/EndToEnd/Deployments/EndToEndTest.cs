using Amazon.Emulation;
using Amazon.Emulation.Wire;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>
/// What the tests of whole deployments share: an AWS that settles fast, since processes wait by the real clock, a package,
/// and the program with variables that lead to that AWS and to nobody's own profiles. What a person would see is shown in
/// the test's output.
/// </summary>
public abstract class EndToEndTest(ITestOutputHelper output) : CliTest, IAsyncLifetime
{
    private const int StepsToActive = 5;

    /// <summary>A whole deployment is seconds of work for a machine that may be busy with much else.</summary>
    private protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private AwsEmulator? _aws;

    private protected ITestOutputHelper Shown => output;

    private protected AwsEmulator Aws => _aws!;

    /// <summary>The package's folder; it is made by the test.</summary>
    private protected string Package => Folder["package"];

    /// <summary>The variables of the program's process.</summary>
    private protected virtual Dictionary<string, string> Variables => new(Aws.Environment)
    {
        ["AWS_CONFIG_FILE"] = Folder["aws-config"],
        ["AWS_SHARED_CREDENTIALS_FILE"] = Folder["aws-credentials"],
        ["AWS_PROFILE"] = "",
    };

    /// <summary>Called after each call's effect, before its answer.</summary>
    private protected Func<AwsCall, Task>? Seen { get; set; }

    /// <summary>Fleets are ACTIVE as soon as they were accepted; else they stay NEW until a test moves them on.</summary>
    private protected bool FleetsActivateAtOnce { get; set; } = true;

    public async ValueTask InitializeAsync()
    {
        _aws = await AwsEmulator.StartAsync();
        (Aws.Rules.LooksUntilBuildReady, Aws.Rules.LooksUntilFunctionActive, Aws.Rules.LooksUntilFunctionUpdated) = (0, 0, 0);
        Aws.Rules.LooksPerFleetState = 0;
        Aws.AfterEffect = async call =>
        {
            if (call.Operation == "CreateFleet" && FleetsActivateAtOnce)
            {
                MoveFleetsOn(StepsToActive);
            }

            await (Seen?.Invoke(call) ?? Task.CompletedTask);
        };
    }

    /// <summary>The test's files too: one that is disposed asynchronously is not disposed otherwise.</summary>
    public async ValueTask DisposeAsync()
    {
        await Aws.DisposeAsync();
        Dispose();
        Assert.Empty(Aws.Bugs);
    }

    /// <summary>Moves all fleets on by so many states.</summary>
    private protected void MoveFleetsOn(int states)
    {
        lock (Aws.State)
        {
            foreach (var fleet in Aws.Region().Fleets)
            {
                for (var i = 0; i < states; i++)
                {
                    fleet.Advance();
                }
            }
        }
    }

    /// <summary>A command line with the deployment's settings.</summary>
    private protected string[] Line(string command, string prefix) =>
        [.. command.Split(' '), "--prefix", prefix, "--server-package-root", Package, "--fleet-launch-path", GamePackage.LaunchPath];

    /// <summary>Starts the program with the deployment's settings.</summary>
    private protected FleetBridgeProcess Begin(string command, string prefix = "life") =>
        FleetBridgeProcess.Start(State, Line(command, prefix), Variables);

    /// <summary>Runs the program with the deployment's settings to its end.</summary>
    private protected async Task<FleetBridgeResult> DeployAsync(string command, int code, string prefix = "life")
    {
        await using var program = Begin(command, prefix);
        return await EndAsync(program, command, code);
    }

    /// <summary>Waits until the program's log has a text.</summary>
    private protected async Task SeeAsync(FleetBridgeProcess program, string text)
    {
        try
        {
            await program.WaitForAsync(running => running.Error.Contains(text, StringComparison.Ordinal), $"the log has: {text}");
        }
        catch
        {
            output.WriteLine($"{program.Error}{program.Output}");
            throw;
        }
    }

    /// <summary>Waits for the program's end, and holds what it says against what it ends with.</summary>
    private protected async Task<FleetBridgeResult> EndAsync(FleetBridgeProcess program, string command, int code)
    {
        var result = await program.WaitAsync(Patience);
        output.WriteLine($"$ fleetbridge {command} → {result.Code}\n{result.Error}{result.Output}");
        Assert.True(code == result.Code, $"{command}: exit code {result.Code}\n{result.Error}{result.Output}");
        PlainWords.Assert(result.Output + result.Error);
        return result;
    }
}
