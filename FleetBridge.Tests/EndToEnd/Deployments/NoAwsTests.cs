using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.Emulation.Faults;
using FleetBridge.Backends;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>Where AWS is not, or is not meant: each is told in words, soon.</summary>
public sealed class NoAwsTests(ITestOutputHelper output) : EndToEndTest(output)
{
    /// <summary>How long a person waits for it in front of the editor.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private string? _endpoint;

    private protected override Dictionary<string, string> Variables
    {
        get
        {
            var variables = base.Variables;
            if (_endpoint is not null)
            {
                variables["AWS_ENDPOINT_URL"] = _endpoint;
            }

            return variables;
        }
    }

    [Fact]
    public async Task Nobody_who_listens_is_told_of_each_part()
    {
        using (var gone = new TcpListener(IPAddress.Loopback, 0))
        {
            gone.Start();
            _endpoint = $"http://{gone.LocalEndpoint}";
        }

        var result = await FailAsync("create all");
        Assert.All(result.Rows.Where(row => row[1] == "False"), row => Assert.Matches(@"AWS cannot be reached|^see \(1\)$", row[2]));
        Assert.Contains("AWS cannot be reached", result.Words, StringComparison.Ordinal);
        Assert.Contains("Check the network", result.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refused", "us-west-2")]
    [InlineData("swallowed", "us-west-2")]
    [InlineData("unknown", "xx-nowhere-1")]
    public async Task Network_without_AWS_is_told_within_ten_seconds(string what, string region)
    {
        // a listener that takes no more connections than it has: the next one's first packet gets no answer
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (what == "swallowed")
        {
            full.Listen(0);
            await waiting.ConnectAsync(full.LocalEndPoint!);
        }

        // in this process: a busy machine takes its time to start one, and that is not what is measured
        var profile = AwsProfiles.Add(
            (what == "unknown" ? "" : $"endpoint_url = http://{full.LocalEndPoint}\n")
            + "aws_access_key_id = AKIAEXAMPLEEXAMPLEXX\naws_secret_access_key = none");
        var watch = Stopwatch.StartNew();
        var exception = await Assert.ThrowsAsync<BackendException>(
            () => new AwsOperation().RunAsync("fleet", "check", ("profile_name", profile), ("region_name", region)));
        Shown.WriteLine($"after {watch.Elapsed.TotalSeconds:0.0} s: {exception.Message} {exception.Remedy}");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Limit);
        PlainWords.Assert($"{exception.Message} {exception.Remedy}");
        Assert.Contains($"AWS cannot be reached in {region}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Region_that_does_not_exist_is_named()
    {
        _endpoint = "";
        var result = await FailAsync("check fleet --region-name xx-nowhere-1");
        Assert.Contains("xx-nowhere-1", result.Output, StringComparison.Ordinal);
        Assert.Contains("Choose one such as us-west-2", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_that_does_not_exist_is_named_beside_those_that_do()
    {
        await File.WriteAllTextAsync(Folder["aws-config"], "[profile studio]\naws_access_key_id = AKIAEXAMPLEEXAMPLEXX\naws_secret_access_key = none\n");
        var result = await FailAsync("create uploaded_build --profile-name nobody");
        Assert.Contains("There is no AWS profile 'nobody'", result.Output, StringComparison.Ordinal);
        Assert.Contains("The profiles are: studio", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prefix_in_capitals_is_an_invalid_setting_and_asks_nothing_of_aws()
    {
        GamePackage.Make(Package);
        var result = await DeployAsync("create all", 4, "MyGame");
        Assert.All(result.Rows.Where(row => row[1] != "skipped"), row => Assert.Equal("Invalid Settings", row[1]));
        Assert.Contains("The setting prefix 'MyGame'", result.Words, StringComparison.Ordinal);
        Assert.Empty(Aws.Calls.All);
    }

    [Fact]
    public async Task Answer_that_is_not_AWS_is_told_and_the_next_create_completes()
    {
        GamePackage.Make(Package);
        Aws.Faults.Add("ListUserPools", Fault.Garbage, int.MaxValue);
        Aws.Faults.Add("ListBuilds", Fault.Garbage, int.MaxValue);
        var result = await DeployAsync("create all", 1);
        Assert.Equal(["False", "skipped", "False", "skipped", "skipped", "skipped"], result.Rows.Select(row => row[1]));
        Assert.All([result.Rows[0], result.Rows[2]], row => Assert.Matches(@"did not come from AWS|^see \(1\)$", row[2]));
        Assert.Contains("did not come from AWS", result.Words, StringComparison.Ordinal);
        Aws.Faults.Clear();
        await DeployAsync("create all", 0);
        DeployedState.AssertComplete(Aws, "life");
    }

    private async Task<FleetBridgeResult> FailAsync(string command)
    {
        GamePackage.Make(Package);
        var result = await DeployAsync(command, 1);
        Assert.Empty(Aws.Calls.All);
        return result;
    }
}
