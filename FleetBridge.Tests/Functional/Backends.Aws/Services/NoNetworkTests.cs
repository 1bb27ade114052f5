using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.Clients.Runtime;
using Amazon.Runtime;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Services;

/// <summary>Networks that do not lead to AWS: a clear error, soon, and never a hang.</summary>
public sealed class NoNetworkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Endpoint_without_a_listener_is_an_error_within_ten_seconds()
    {
        var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = closed.LocalEndpoint;
        closed.Stop();
        await AssertUnreachableAsync($"http://{address}", "refused");
    }

    [Fact]
    public async Task Name_that_does_not_exist_is_an_error_within_ten_seconds() =>

        // RFC 6761: .invalid never exists; only the wording is the system's
        await AssertUnreachableAsync("http://gamelift.nowhere.invalid", "cannot be reached in us-west-2");

    [Fact]
    public async Task Packets_that_are_swallowed_are_an_error_within_ten_seconds()
    {
        Requires.Unix();
        // nobody accepts, and a full backlog drops the first packet of whoever comes next
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var waiting = new List<Socket>();
        try
        {
            for (var i = 0; i < 4; i++)
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                waiting.Add(client);
                _ = client.ConnectAsync(listener.LocalEndPoint!).ContinueWith(task => task.Exception, TaskScheduler.Default);
            }

            await AssertUnreachableAsync($"http://{listener.LocalEndPoint}", "no response within 3 s");
        }
        finally
        {
            waiting.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Server_that_never_responds_is_an_error_after_two_tries()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var service = AwsService.At($"http://{silent.LocalEndpoint}");

        // the SDK's clients wait on the system's clock: a tenth of the limit is enough to see two tries
        var config = (ClientConfig)service.Set.GameLift.Config;
        Assert.Equal(ServiceConfig.ResponseLimit, config.Timeout);
        config.Timeout = ServiceConfig.ResponseLimit / 10;
        var watch = Stopwatch.StartNew();
        var (message, remedy) = await service.ExplainAsync("DescribeFleetAttributes");
        Assert.Contains("did not respond within 20 s", message, StringComparison.Ordinal);
        Assert.NotEmpty(remedy);
        Assert.InRange(watch.Elapsed, config.Timeout.Value * 1.9, ServiceConfig.ResponseLimit);
    }

    [Fact]
    public async Task Unknown_region_is_named_with_what_to_choose()
    {
        await using var deployment = await AwsDeployment.StartAsync();
        var (error, remedy) = await deployment.FailAsync("fleet", "check", ("region_name", "xx-nowhere-1"));
        Assert.Contains("xx-nowhere-1", error, StringComparison.Ordinal);
        Assert.Contains("us-west-2", remedy, StringComparison.Ordinal);
    }

    private static async Task AssertUnreachableAsync(string address, string expected)
    {
        using var service = AwsService.At(address);
        foreach (var operation in (string[])["DescribeFleetAttributes", "GetRole"])
        {
            var watch = Stopwatch.StartNew();
            var (message, remedy) = await service.ExplainAsync(operation);
            Assert.True(watch.Elapsed < Limit, $"{watch.Elapsed}");
            Assert.Contains(expected, message, StringComparison.Ordinal);
            Assert.Contains("cannot be reached", message, StringComparison.Ordinal);
            Assert.Contains("network", remedy, StringComparison.Ordinal);
        }
    }
}
