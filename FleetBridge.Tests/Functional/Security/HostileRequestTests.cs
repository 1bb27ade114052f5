using System.Text;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Security;

/// <summary>
/// Requests that try to be taken for somebody else's, for something else, or for two. None of them runs an operation,
/// whatever the answer.
/// </summary>
public sealed partial class HostileRequestTests(SharedBridge shared) : IClassFixture<SharedBridge>
{
    private readonly TestBridge _bridge = shared.Bridge;

    public static TheoryData<string> OnRequests => new(HostileRequest.All.Keys);

    public static TheoryData<string> OnLog => new(HostileRequest.All.Where(row => row.Value.Log is not null).Select(row => row.Key));

    [Theory]
    [MemberData(nameof(OnRequests))]
    public async Task Request_is_answered_as_the_table_says_and_runs_nothing(string name)
    {
        var hostile = HostileRequest.All[name];
        await AssertRunsNothingAsync(_bridge.HttpPort, hostile, hostile.Http, hostile.Closes);
    }

    [Theory]
    [MemberData(nameof(OnLog))]
    public async Task Port_of_the_log_answers_as_the_table_says_and_runs_nothing(string name)
    {
        var hostile = HostileRequest.All[name];
        await AssertRunsNothingAsync(_bridge.WebSocketPort, hostile, hostile.Log!.Value, closes: true);
        using var socket = await RawWebSocket.ConnectAsync(_bridge.WebSocketPort);
    }

    [Fact]
    public async Task Operation_of_the_table_runs_when_it_is_asked_for_properly()
    {
        const string Metadata = "POST /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
        foreach (var (text, answers) in new[] { ("{hidden}", 1), (Metadata + "{hidden}", 2) })
        {
            var files = Files();
            using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
            await raw.SendAsync(new HostileRequest(text, 200, 426).Write(Target(files)));

            // until it is answered, the next one would be refused: one operation of a resource runs at a time
            for (var answer = 0; answer < answers; answer++)
            {
                Assert.Equal(200, (await raw.ReadResponseAsync()).Status);
            }

            Assert.True(files.IsDone);
        }
    }

    private async Task AssertRunsNothingAsync(int port, HostileRequest hostile, int status, bool closes)
    {
        var files = Files();
        using var raw = await RawHttp.ConnectAsync(port);
        await raw.SendAsync(hostile.Write(Target(files)));
        if (closes)
        {
            var answer = await ReadToEndAsync(raw);
            Assert.Equal(status == 0 ? [] : [$"{status}"], StatusLine().Matches(answer).Select(match => match.Groups[1].Value));
            Assert.DoesNotContain("in-confidence", answer, StringComparison.Ordinal);
        }
        else
        {
            var answer = await raw.ReadResponseAsync();
            Assert.Equal(status, answer.Status);
            Assert.DoesNotContain("in-confidence", answer.Head + answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Access-Control-Allow", answer.Head, StringComparison.OrdinalIgnoreCase);

            // what comes next is the answer to what is asked next: there was no second request in the first
            await raw.SendAsync(RawHttp.EngineRequest(port, "/probe/1/deployment/thing/check?text=next"));
            Assert.Equal("next", (string?)(await raw.ReadResponseAsync()).Json["Details"]!["text"]);
        }

        // an operation of the same resource would be refused while the hostile one still ran
        var own = Files();
        var create = await RawHttp.PostAsync(_bridge.HttpPort, Target(own));
        Assert.Equal("True", (string?)create.Json["Overall Result"]);
        Assert.True(own.IsDone);
        Assert.False(files.HasBegun, "the operation has run");
    }

    /// <summary>Files for an operation that waits for nothing.</summary>
    private ProbeFiles Files()
    {
        var files = new ProbeFiles(_bridge.Folder, Guid.NewGuid().ToString("N"));
        files.OpenGate();
        return files;
    }

    private static string Target(ProbeFiles files) => $"/probe/1/deployment/thing/create?{files.Query}";

    private static async Task<string> ReadToEndAsync(RawHttp raw)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            while (await raw.Stream.ReadAsync(buffer, limit.Token) is var count and > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // closed while there was still something to read: that is an end too
        }

        return text.ToString();
    }

    [GeneratedRegex(@"HTTP/1\.1 (\d{3}) ")]
    private static partial Regex StatusLine();
}
