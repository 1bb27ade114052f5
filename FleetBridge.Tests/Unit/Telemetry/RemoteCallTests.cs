using System.Diagnostics;
using FleetBridge.Backends;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Telemetry;

/// <summary>Calls that backends report.</summary>
public sealed class RemoteCallTests
{
    private const string Duration = "fleetbridge.remote.call.duration";
    private const string Attempts = "fleetbridge.remote.call.attempts";

    [Fact]
    public void Call_that_succeeds_is_measured_and_traced()
    {
        var service = NewService();
        using var listening = new Listening();
        using (var call = RemoteCall.Begin("aws-api", service, "ListBuilds"))
        {
            call!.Succeed(200, attempts: 3);
        }

        var measured = Assert.Single(listening.Of(Duration, "rpc.service", service));
        Assert.Equal("s", measured.Unit);
        Assert.InRange(measured.Value, 0, 10);
        Assert.Equal(200, measured.Tags["http.response.status_code"]);
        Assert.DoesNotContain("error.type", measured.Tags.Keys);
        Assert.Equal(3, Assert.Single(listening.Of(Attempts, "rpc.service", service)).Value);
        var span = Assert.Single(listening.Spans, span => span.OperationName == $"{service}/ListBuilds");
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal("aws-api", span.GetTagItem("rpc.system"));
        Assert.Equal(2, span.GetTagItem("http.request.resend_count"));
    }

    [Theory]
    [InlineData("ThrottlingException", "ThrottlingException")]
    [InlineData("<h1>Log in, C:\\secret</h1>", "_OTHER")]
    [InlineData("", "_OTHER")]
    [InlineData("AVeryLongWordThatIsLongerThanAnyErrorCodeOfAnyServiceThatThereIsOnTheWholeNet", "_OTHER")]
    public void Call_that_fails_has_a_code_of_a_few(string code, string shown)
    {
        var service = NewService();
        using var listening = new Listening();
        using (var call = RemoteCall.Begin("aws-api", service, "ListBuilds"))
        {
            call!.Fail(code, 400);
        }

        Assert.Equal(shown, Assert.Single(listening.Of(Duration, "rpc.service", service)).Tags["error.type"]);
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(listening.Spans, span => span.OperationName.StartsWith(service)).Status);
    }

    [Fact]
    public void Call_of_which_nothing_is_told_has_failed_and_is_measured_once()
    {
        var service = NewService();
        using var listening = new Listening();
        var call = RemoteCall.Begin("aws-api", service, "ListBuilds")!;
        call.Dispose();
        call.Dispose();
        Assert.Equal("_OTHER", Assert.Single(listening.Of(Duration, "rpc.service", service)).Tags["error.type"]);
    }

    private static string NewService() => $"Service{Guid.NewGuid():N}";
}
