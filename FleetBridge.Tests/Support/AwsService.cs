using Amazon.Emulation;
using Amazon.GameLift.Model;
using Amazon.IdentityManagement.Model;
using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Tests.Support;

/// <summary>The clients of the AWS backend, asked without an operation around them; one call for each protocol.</summary>
internal sealed class AwsService : IDisposable
{
    private readonly AwsClients _clients = new();

    public AwsService(string profile) => Set = _clients.For(profile, "us-west-2", TimeProvider.System);

    public AwsService(AwsEmulator aws)
        : this(AwsProfiles.Add(aws))
    {
    }

    /// <summary>The clients.</summary>
    public ClientSet Set { get; }

    /// <summary>Profiles whose AWS is somewhere else.</summary>
    public static AwsService At(string address) => new(AwsProfiles.Add(
        $"""
        endpoint_url = {address}
        aws_access_key_id = AKIANOBODYSKEY
        aws_secret_access_key = nobody
        """));

    /// <summary>A call of the json 1.1 protocol, or of query.</summary>
    /// <param name="operation">Its name.</param>
    public Task CallAsync(string operation) => operation switch
    {
        "DescribeFleetAttributes" => Set.GameLift.DescribeFleetAttributesAsync(new DescribeFleetAttributesRequest()),
        "GetRole" => Set.IdentityManagement.GetRoleAsync(new GetRoleRequest { RoleName = "test1" }),
        _ => throw new ArgumentException(operation, nameof(operation)),
    };

    /// <summary>What a call that fails tells the user.</summary>
    public async Task<(string Message, string Remedy)> ExplainAsync(string operation)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(operation));
        var problem = AwsProblem.Explain(exception, Set);
        Assert.True(problem is not null, exception.ToString());
        return (problem.Message, problem.Remedy ?? "");
    }

    public void Dispose() => _clients.Dispose();
}
