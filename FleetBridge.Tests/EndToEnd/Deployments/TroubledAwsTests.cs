using Amazon.Emulation.Faults;
using Amazon.Emulation.S3;
using FleetBridge.Backends;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>An AWS on a bad day: all that passes by itself does not keep a deployment from becoming complete.</summary>
public sealed class TroubledAwsTests : IDisposable
{
    private static readonly string[] Order = ["uploaded_build", "fleet", "user_pool", "lambdas", "rest_api", "session_api"];

    private readonly ITestOutputHelper _output;
    private readonly TemporaryFolder _folder = new();

    public TroubledAwsTests(ITestOutputHelper output)
    {
        _output = output;
        GamePackage.Make(_folder["package"]);
    }

    [Fact]
    public async Task Every_call_throttled_twice_is_only_slower()
    {
        var called = await CallsOfALifeAsync();

        // the client rests for seconds by the real clock: each resource does so for itself, at the same time
        await Task.WhenAll(Order.Select(async resource =>
        {
            await using var deployment = await StartAsync(shown: false);
            foreach (var before in Order.TakeWhile(other => other != resource))
            {
                await deployment.SucceedAsync(before, "create", Settings);
            }

            foreach (var operation in new[] { "create", "delete" })
            {
                Fail(deployment, called[(resource, operation)], Fault.Throttle, times: 2);
                await deployment.SucceedAsync(resource, operation, Settings);
                Assert.True(deployment.Aws.Faults.AllHappened, $"{resource}/{operation}: a fault was never met");
                Activate(deployment);
            }
        }));
    }

    [Fact]
    public Task Every_call_whose_connection_is_cut_before_it_had_an_effect_is_made_up_for() => CutAsync(Fault.DropBefore);

    [Fact]
    public Task Every_call_whose_answer_is_lost_doubles_nothing() => CutAsync(Fault.DropAfter);

    [Fact]
    public Task Every_call_that_is_answered_with_a_web_page_doubles_nothing() => CutAsync(Fault.Garbage);

    [Fact]
    public async Task Upload_whose_credentials_expire_gets_new_ones_and_goes_on()
    {
        await using var deployment = await StartAsync();
        var root = GamePackage.Make(_folder["package"], GamePackage.SeveralParts);
        deployment.Aws.S3.Fault = call => call is { Operation: "UploadPart", Nth: 2 } ? new S3Fault { Expire = true } : null;
        await deployment.SucceedAsync("uploaded_build", "create", ("server_package_root", root));
        Assert.Single(deployment.Aws.Calls.Of("RequestUploadCredentials"));
        Assert.Single(deployment.Aws.Calls.Of("CreateBuild"));
        Assert.Single(deployment.Aws.S3.Objects);
        Assert.Empty(deployment.Aws.S3.Uploads);
        Assert.DoesNotContain(deployment.Log, record => record.Level > LogLevel.Information);
    }

    [Fact]
    public async Task Upload_whose_connections_are_cut_goes_on()
    {
        await using var deployment = await StartAsync();
        var root = GamePackage.Make(_folder["package"], GamePackage.SeveralParts);
        deployment.Aws.S3.Fault = call => call.Nth > 1 ? null : call.Operation switch
        {
            "UploadPart" => new S3Fault { DropAfter = 1_000_000 },
            _ => new S3Fault { DropAnswer = true },
        };
        await deployment.SucceedAsync("uploaded_build", "create", ("server_package_root", root));
        Assert.Single(deployment.Aws.Calls.Of("CreateBuild"));
        Assert.Single(deployment.Aws.S3.Objects);

        // the upload whose id was lost on its way to us is nobody's to remove
        Assert.InRange(deployment.Aws.S3.Uploads.Count, 0, 1);
    }

    public void Dispose() => _folder.Dispose();

    private (string, string)[] Settings =>
    [
        ("prefix", "life"),
        ("server_package_root", _folder["package"]),
        ("fleet_launch_path", GamePackage.LaunchPath),
    ];

    private static void Fail(AwsDeployment deployment, IEnumerable<string> operations, Fault fault, int times = 1)
    {
        foreach (var operation in operations)
        {
            deployment.Aws.Faults.Add(operation, fault, times);
        }
    }

    private static void Activate(AwsDeployment deployment)
    {
        lock (deployment.Aws.State)
        {
            foreach (var fleet in deployment.Aws.Region().Fleets)
            {
                while (fleet.Status is not ("ACTIVE" or "DELETING" or "TERMINATED"))
                {
                    fleet.Advance();
                }
            }
        }
    }

    private async Task<AwsDeployment> StartAsync(bool shown = true)
    {
        var deployment = await AwsDeployment.StartAsync(shown ? _output : null, AwsDeployment.UploadHurry);
        (deployment.Aws.Rules.LooksUntilBuildReady, deployment.Aws.Rules.LooksPerFleetState) = (0, 0);
        return deployment;
    }

    /// <summary>What each create and delete calls when nothing goes wrong, S3 apart.</summary>
    private async Task<Dictionary<(string Resource, string Operation), HashSet<string>>> CallsOfALifeAsync()
    {
        var called = new Dictionary<(string, string), HashSet<string>>();
        await using var deployment = await StartAsync(shown: false);
        await LiveAsync(deployment, async (resource, operation) =>
        {
            deployment.Aws.Calls.Clear();
            await deployment.SucceedAsync(resource, operation, Settings);
            called[(resource, operation)] = [.. deployment.Aws.Calls.Operations];
        });
        return called;
    }

    private async Task CutAsync(Fault fault)
    {
        var called = await CallsOfALifeAsync();
        var operations = called.Values.SelectMany(names => names).Distinct().ToList();
        await using var deployment = await StartAsync();
        Fail(deployment, operations, fault);
        await LiveAsync(deployment, async (resource, operation) =>
        {
            // as a person would: again, until it works
            for (var attempt = 0; attempt < operations.Count; attempt++)
            {
                try
                {
                    if ((await deployment.RunAsync(resource, operation, Settings)).Overall == OverallResult.True)
                    {
                        return;
                    }
                }
                catch (BackendException exception)
                {
                    _output.WriteLine($"{resource}/{operation}: {exception.Message} {exception.Remedy}");
                    PlainWords.Assert($"{exception.Message} {exception.Remedy}");
                }
            }

            Assert.Fail($"{resource}/{operation} never worked");
        });
        Assert.True(deployment.Aws.Faults.AllHappened, "a fault was never met");
    }

    /// <summary>Creates all and deletes all.</summary>
    private static async Task LiveAsync(AwsDeployment deployment, Func<string, string, Task> run)
    {
        foreach (var resource in Order)
        {
            await run(resource, "create");
        }

        Activate(deployment);
        DeployedState.AssertComplete(deployment.Aws, "life");
        foreach (var resource in Order.Reverse())
        {
            await run(resource, "delete");
        }

        DeployedState.AssertGone(deployment.Aws, "life");
    }
}
