using Backends;
using FleetBridge.Tests.AwsStandIn;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace FleetBridge.Tests.EndToEnd;

/// <summary>An AWS on a bad day: all that passes by itself does not keep a deployment from becoming complete.</summary>
public sealed class TroubledAwsTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Order = ["uploaded_build", "fleet", "user_pool", "lambdas", "rest_api"];

    /// <summary>What create and delete call, S3 apart.</summary>
    private static readonly string[] Operations =
    [
        "ListBuilds", "CreateBuild", "DescribeBuild", "DeleteBuild",
        "ListFleets", "CreateFleet", "DescribeFleetAttributes", "DeleteFleet",
        "ListUserPools", "CreateUserPool", "DescribeUserPool", "UpdateUserPool", "DeleteUserPool",
        "ListUserPoolClients", "CreateUserPoolClient", "CreateUserPoolDomain", "DeleteUserPoolDomain",
        "AdminCreateUser", "AdminSetUserPassword",
        "GetRole", "CreateRole", "PutRolePolicy", "ListRolePolicies", "DeleteRolePolicy", "DeleteRole",
        "GetFunction", "CreateFunction", "AddPermission", "DeleteFunction",
        "GetRestApis", "CreateRestApi", "GetAuthorizers", "CreateAuthorizer", "GetResources", "CreateResource", "PutMethod",
        "PutIntegration", "PutIntegrationResponse", "PutMethodResponse", "CreateDeployment", "GetStages", "DeleteRestApi",
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Every_call_throttled_twice_is_only_slower()
    {
        await using var deployment = await StartAsync();
        var passes = deployment.Aws.Faults;
        Array.ForEach(Operations, operation => passes.Add(operation, Fault.Throttle, times: 2));
        await LiveAsync(deployment, attempts: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_call_whose_connection_is_cut_once_does_not_double_anything(bool afterIt)
    {
        await using var deployment = await StartAsync();
        var fault = afterIt ? Fault.DropAfter : Fault.DropBefore;
        Array.ForEach(Operations, operation => deployment.Aws.Faults.Add(operation, fault));
        await LiveAsync(deployment, attempts: Operations.Length);
    }

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

    private async Task<AwsDeployment> StartAsync()
    {
        var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        deployment.Aws.Rules.LooksUntilBuildReady = 0;
        return deployment;
    }

    /// <summary>Creates all and deletes all; what fails is tried again as a person would.</summary>
    private async Task LiveAsync(AwsDeployment deployment, int attempts)
    {
        (string, string)[] settings =
        [
            ("prefix", "life"),
            ("server_package_root", GamePackage.Make(_folder["package"])),
            ("fleet_launch_path", GamePackage.LaunchPath),
        ];
        foreach (var resource in Order)
        {
            await RunAsync(resource, "create");
        }

        await RunAsync("fleet", "wait");
        DeployedState.AssertComplete(deployment.Aws, "life");
        foreach (var resource in Order.Reverse())
        {
            await RunAsync(resource, "delete");
        }

        DeployedState.AssertGone(deployment.Aws, "life");
        Assert.True(deployment.Aws.Faults.AllHappened, "a fault was never met");

        async Task RunAsync(string resource, string operation)
        {
            for (var attempt = 1; attempt < attempts; attempt++)
            {
                try
                {
                    if ((await deployment.RunAsync(resource, operation, settings)).Overall == OverallResult.True)
                    {
                        return;
                    }
                }
                catch (BackendException exception)
                {
                    output.WriteLine($"{resource}/{operation}: {exception.Message} {exception.Remedy}");
                    PlainWords.Assert($"{exception.Message} {exception.Remedy}");
                }
            }

            await deployment.SucceedAsync(resource, operation, settings);
        }
    }
}
