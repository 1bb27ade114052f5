using Amazon.Emulation.Faults;
using Amazon.Emulation.Wire;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Emulation;

public sealed class FaultTests : EmulatorTest
{
    [Fact]
    public async Task Throttle_happens_as_often_as_was_said_in_the_service_s_own_words()
    {
        Aws.Faults.Add("ListBuilds", Fault.Throttle, times: 2, after: 1);
        (await Client.GameLiftAsync("ListBuilds", [])).Good();

        (await Client.GameLiftAsync("ListBuilds", [])).Refused("ThrottlingException");
        Assert.False(Aws.Faults.AllHappened);
        (await Client.GameLiftAsync("ListBuilds", [])).Refused("ThrottlingException");

        (await Client.GameLiftAsync("ListBuilds", [])).Good();
        Assert.True(Aws.Faults.AllHappened);
        Aws.Faults.Add("GetFunction", Fault.Throttle);
        (await Client.LambdaAsync(HttpMethod.Get, "/f")).Refused("TooManyRequestsException", 429);
    }

    [Fact]
    public async Task Denied_call_names_the_caller_and_the_action()
    {
        Aws.Faults.Add("CreateBuild", Fault.Deny);
        Aws.Faults.Add("GetRole", Fault.Deny);

        Assert.StartsWith(
            $"User: {Aws.Credentials.Arn} is not authorized to perform: gamelift:CreateBuild on resource: arn:aws:gamelift:us-west-2:",
            (await Client.GameLiftAsync("CreateBuild", [])).Refused("AccessDeniedException").Message,
            StringComparison.Ordinal);
        Assert.Contains("iam:GetRole on resource: role r", (await Client.IamAsync("GetRole", ("RoleName", "r"))).Text, StringComparison.Ordinal);
        Assert.Empty(Aws.Region().Builds);
    }

    [Fact]
    public async Task Named_error_has_the_model_s_status_and_the_internal_one_500()
    {
        Aws.Faults.Add(FaultList.Any, Fault.Error("ResourceConflictException", "busy"));
        Assert.Equal("busy", (await Client.LambdaAsync(HttpMethod.Get, "/f")).Refused("ResourceConflictException", 409).Message);
        Aws.Faults.Add("ListUserPools", Fault.InternalError);
        (await Client.CognitoAsync("ListUserPools", new() { ["MaxResults"] = 1 })).Refused("InternalErrorException", 500);
    }

    [Fact]
    public async Task Connection_is_cut_before_or_after_the_effect()
    {
        Aws.Faults.Add("CreateBuild", Fault.DropBefore);
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.GameLiftAsync("CreateBuild", []));
        Assert.Empty(Aws.Region().Builds);

        Aws.Faults.Add("CreateBuild", Fault.DropAfter);
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.GameLiftAsync("CreateBuild", []));
        Assert.Single(Aws.Region().Builds);
    }

    [Fact]
    public async Task Garbage_is_no_JSON()
    {
        Aws.Faults.Add("ListBuilds", Fault.Garbage);

        Assert.StartsWith("<!DOCTYPE", (await Client.GameLiftAsync("ListBuilds", [])).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_expire_on_command_and_for_good()
    {
        Aws.Faults.Add("ListBuilds", Fault.ExpireCredentials);

        (await Client.GameLiftAsync("ListBuilds", [])).Refused("ExpiredTokenException");
        (await Client.LambdaAsync(HttpMethod.Get, "/f")).Refused("ExpiredTokenException", 403);
    }

    [Fact]
    public async Task Delay_is_on_the_emulators_clock()
    {
        var clock = new WatchedTimeProvider();
        Aws.Clock = clock;
        Aws.Faults.Add("ListBuilds", Fault.Delay(TimeSpan.FromHours(1)));
        var call = Client.GameLiftAsync("ListBuilds", []);
        await clock.WaitForTimerAsync(TimeSpan.FromHours(1));
        Assert.False(call.IsCompleted);

        clock.Advance(TimeSpan.FromHours(1));

        (await call).Good();
    }

    [Fact]
    public async Task Hooks_see_the_call_before_and_after_its_effect()
    {
        var seen = new List<(string, int)>();
        Aws.BeforeEffect = Seen;
        Aws.AfterEffect = Seen;

        (await Client.GameLiftAsync("CreateBuild", [])).Good();

        Assert.Equal([("CreateBuild", 0), ("CreateBuild", 1)], seen);

        Task Seen(AwsCall call)
        {
            seen.Add((call.Operation, Aws.Region().Builds.Count));
            return Task.CompletedTask;
        }
    }
}
