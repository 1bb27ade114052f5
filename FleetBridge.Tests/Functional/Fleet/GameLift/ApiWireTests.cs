using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Emulation.GameLift.Model;
using Amazon.Emulation.Models;
using Amazon.Emulation.Shapes;
using FleetBridge.Fleet.GameLift.Api;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.GameLift;

/// <summary>Headers, paths, content types and bodies, as clients send them and as an enemy would.</summary>
public sealed class ApiWireTests : FleetApiTest
{
    private const int TooLong = 40 * 1024 * 1024;

    public static TheoryData<string> NotDone =>
        [.. ServiceModel.Load("gamelift").Operations.Keys.Except(OperationTable.All.Names), "", "listFleets", "ListFleets2", "Ünï", new string('A', 300)];

    public static TheoryData<string, string> BadBodies => new()
    {
        { "json", "[]" }, { "json", "null" }, { "json", "7" }, { "json", "\"\"" }, { "json", "{" }, { "json", "{}{}" }, { "json", "{}x" },
        { "json", "{'Limit': 1}" }, { "json", """{"Limit": 1,}""" }, { "json", """{"Limit": "1"}""" }, { "json", """{"Limit": 1.5}""" },
        { "json", """{"Limit": 1e99}""" }, { "json", """{"Limit": 99999999999}""" }, { "json", """{"Limit": true}""" }, { "json", """{"Limit": {}}""" },
        { "json", """{"Limit": [1]}""" }, { "json", """{"NextToken": 1}""" }, { "json", """{"NextToken": "\ud800"}""" }, { "json", """{"\ud800": 1}""" },
        { "json", "{\"NextToken\": \"\u00ff\"}" }, { "json", "\u00ff\u00fe{}" }, { "json", "a0" }, { "json", "<html>" },
        { "cbor", "" + "ff" }, { "cbor", "80" }, { "cbor", "f6" }, { "cbor", "07" }, { "cbor", "a1" }, { "cbor", "a0a0" }, { "cbor", "a1654c696d6974f94000" },
        { "cbor", "a1654c696d69746131" }, { "cbor", "a1654c696d6974f5" }, { "cbor", "a1654c696d6974a0" }, { "cbor", "a1654c696d69741bffffffffffffffff" },
        { "cbor", "a1694e657874546f6b656e01" }, { "cbor", "a1694e657874546f6b656e61ff" }, { "cbor", "bbffffffffffffffff" }, { "cbor", "7b7d" },
    };

    [Theory]
    [MemberData(nameof(NotDone))]
    public async Task Operation_that_is_not_done_is_named(string operation)
    {
        foreach (var wire in Wires)
        {
            using var request = wire.Data == "cbor"
                ? FleetApi.Cbor(Uri.EscapeDataString(operation), [0xa0])
                : FleetApi.Json("ListFleets", "{}"u8.ToArray());
            if (wire.Data == "json")
            {
                request.Headers.Remove("X-Amz-Target");
                request.Headers.TryAddWithoutValidation("X-Amz-Target", $"GameLift.{operation.Replace("Ü", "U", StringComparison.Ordinal).Replace("ï", "i", StringComparison.Ordinal)}");
            }

            var failure = await FailureAsync(wire.Data, request);
            Assert.Equal((HttpStatusCode.BadRequest, "UnknownOperationException"), (failure.Status, failure.Code));
            Assert.Contains(operation.Length is > 64 or 0 || !Ascii.IsValid(operation) ? "" : operation[^2..], failure.Text, StringComparison.Ordinal);
            Assert.InRange(failure.Text.Length, 1, 400);
        }
    }

    [Theory]
    [InlineData(null, "X-Amz-Target")]
    [InlineData("ListFleets", "GameLift.")]
    [InlineData("DynamoDB_20120810.ListTables", "DynamoDB_20120810.ListTables")]
    [InlineData("gamelift.ListFleets", "GameLift.")]
    public async Task Request_without_a_target_of_GameLift_is_an_unknown_operation(string? target, string words)
    {
        using var request = FleetApi.Json("ListFleets", "{}"u8.ToArray());
        request.Headers.Remove("X-Amz-Target");
        if (target is not null)
        {
            request.Headers.Add("X-Amz-Target", target);
        }

        var failure = await FailureAsync("json", request);
        Assert.Equal("UnknownOperationException", failure.Code);
        Assert.Contains(words, failure.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json", "application/x-amz-json-1.1", true)]
    [InlineData("json", "application/x-amz-json-1.0", true)]
    [InlineData("json", "APPLICATION/X-AMZ-JSON-1.1; charset=utf-8", true)]
    [InlineData("json", "application/json", true)]
    [InlineData("json", null, true)]
    [InlineData("json", "text/plain", false)]
    [InlineData("json", "application/cbor", false)]
    [InlineData("json", "application/x-www-form-urlencoded", false)]
    [InlineData("json", "multipart/form-data; boundary=x", false)]
    [InlineData("json", ";;;", true)]
    [InlineData("json", "json", false)]
    [InlineData("cbor", "application/cbor", true)]
    [InlineData("cbor", "Application/CBOR;x=y", true)]
    [InlineData("cbor", null, true)]
    [InlineData("cbor", "application/json", false)]
    [InlineData("cbor", "text/plain", false)]
    [InlineData("cbor", "application/cbor-seq", false)]
    public async Task Content_type_has_to_be_that_of_the_encoding(string wire, string? contentType, bool isTaken)
    {
        using var request = wire == "cbor" ? FleetApi.Cbor("ListFleets", [0xa0]) : FleetApi.Json("ListFleets", "{}"u8.ToArray());
        request.Content!.Headers.Remove("Content-Type");
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var response = await Api.Http.SendAsync(request);
        Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        if (!isTaken)
        {
            Assert.Equal("SerializationException", ApiFailure.Read(wire, response.StatusCode, await response.Content.ReadAsByteArrayAsync()).Code);
        }
    }

    /// <summary>A form on another site's page can post to this port, but without the protocol's header and content type.</summary>
    [Fact]
    public async Task Request_for_CBOR_that_a_web_page_could_send_is_refused()
    {
        using var request = FleetApi.Cbor("ListFleets", []);
        request.Headers.Remove("smithy-protocol");
        request.Content!.Headers.Remove("Content-Type");
        Assert.Equal("SerializationException", (await FailureAsync("cbor", request)).Code);
    }

    [Theory]
    [InlineData("/service/GameLift/operation/ListFleets")]
    [InlineData("/a/prefix/service/GameLift/operation/ListFleets")]
    [InlineData("/service/GameLift/operation/x/service/GameLift/operation/ListFleets")]
    public async Task Path_of_an_operation_may_have_a_prefix(string path)
    {
        using var request = FleetApi.Cbor("x", []);
        request.RequestUri = new Uri(path, UriKind.Relative);
        request.Content = null;
        using var response = await Api.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([Local], CborShapeReader.Document<ListFleetsResponse>(await response.Content.ReadAsByteArrayAsync())!.FleetIds!);
    }

    [Fact]
    public async Task Request_without_a_body_has_no_members()
    {
        using var request = FleetApi.Json("ListFleets", []);
        using var response = await Api.Http.SendAsync(request);
        Assert.Equal("""{"FleetIds":["fleet-local"]}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/x-amz-json-1.1", response.Content.Headers.ContentType!.ToString());
        Assert.False(response.Headers.Contains("smithy-protocol"));
    }

    [Fact]
    public async Task Answer_without_members_is_an_empty_map()
    {
        using var request = FleetApi.Cbor("DeleteFleet", CborShapeWriter.Document(new DeleteFleetRequest { FleetId = Local }));
        using var response = await Api.Http.SendAsync(request);
        Assert.Equal([0xa0], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task Body_that_no_decoder_reads_is_a_SerializationException(string wire, string body)
    {
        using var request = wire == "cbor"
            ? FleetApi.Cbor("ListFleets", body == "7b7d" ? Encoding.ASCII.GetBytes("{}") : Convert.FromHexString(body))
            : FleetApi.Json("ListFleets", Encoding.Latin1.GetBytes(body));
        var failure = await FailureAsync(wire, request);
        Assert.Equal((HttpStatusCode.BadRequest, "SerializationException"), (failure.Status, failure.Code));
        Assert.StartsWith("The body cannot be read as application/", failure.Text, StringComparison.Ordinal);
        await AssertServesAsync();
    }

    [Theory]
    [MemberData(nameof(HostileJson.Bodies), MemberType = typeof(HostileJson), DisableDiscoveryEnumeration = true)]
    public async Task Hostile_JSON_is_read_or_refused(string what, string body)
    {
        using var request = FleetApi.Json("ListFleets", HostileJson.Bytes(body));
        using var response = await Api.Http.SendAsync(request);
        var text = await response.Content.ReadAsByteArrayAsync();
        Assert.True(
            response.StatusCode == HttpStatusCode.OK || ApiFailure.Read("json", response.StatusCode, text).Code == "SerializationException",
            $"{what}: {Encoding.UTF8.GetString(text)}");
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("json", "[")]
    [InlineData("json", "{\"a\":")]
    [InlineData("cbor", "\u0081")]
    [InlineData("cbor", "\u009f")]
    [InlineData("cbor", "\u00a1aa")]
    [InlineData("cbor", "\u00bfaa")]
    [InlineData("cbor", "\u00c1")]
    public async Task Body_nested_10_000_deep_is_refused(string wire, string level)
    {
        var nested = string.Concat(Enumerable.Repeat(level, 10_000));
        using var request = wire == "cbor"
            ? FleetApi.Cbor("ListFleets", Encoding.Latin1.GetBytes("\u00a1ca.b" + nested))
            : FleetApi.Json("ListFleets", Encoding.UTF8.GetBytes("{\"New\":" + nested));
        Assert.Equal("SerializationException", (await FailureAsync(wire, request)).Code);
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("json", false)]
    [InlineData("json", true)]
    [InlineData("cbor", false)]
    [InlineData("cbor", true)]
    public async Task Body_of_40_MB_is_read_to_its_end_and_refused(string wire, bool isChunked)
    {
        var bytes = new byte[TooLong];
        bytes.AsSpan().Fill((byte)' ');
        using var request = wire == "cbor" ? FleetApi.Cbor("ListFleets", bytes) : FleetApi.Json("ListFleets", bytes);
        request.Headers.TransferEncodingChunked = isChunked;
        var failure = await FailureAsync(wire, request);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "SerializationException"), (failure.Status, failure.Code));
        await AssertServesAsync();
    }

    [Fact]
    public async Task Body_that_is_announced_as_a_gigabyte_is_refused_at_once()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Api.Address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(
            "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: GameLift.ListFleets\r\nContent-Length: 1000000000\r\n\r\n{"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        await AssertServesAsync();
    }

    [Fact]
    public async Task Largest_request_of_the_model_fits()
    {
        await Api.AddServerAsync();
        var data = new string('é', 262_144);
        foreach (var wire in Wires)
        {
            await Api.AddServerAsync();
            var session = (await Api.CallAsync<CreateGameSessionResponse>(
                wire.Data, In(new CreateGameSessionRequest { FleetId = Local, MaximumPlayerSessionCount = 1, GameSessionData = data }))).GameSession!;
            Assert.Equal(data, session.GameSessionData);
        }
    }

    [Fact]
    public async Task Client_that_hangs_up_in_its_body_harms_nobody()
    {
        for (var i = 0; i < 20; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Api.Address.Port, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(
                "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: GameLift.ListFleets\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        await AssertServesAsync();
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIA/20260101/ap-southeast-2/gamelift/aws4_request, SignedHeaders=host, Signature=0", "ap-southeast-2")]
    [InlineData("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0, Credential=a+b=c/20260101/us-gov-west-1/gamelift/aws4_request", "us-gov-west-1")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20260101/local/gamelift/aws4_request", "us-west-2")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1:x/gamelift/aws4_request", "us-west-2")]
    [InlineData("Basic dXNlcjpwYXNz", "us-west-2")]
    [InlineData("Credential=", "us-west-2")]
    [InlineData(null, "us-west-2")]
    public async Task Region_is_that_of_the_credential_scope(string? authorization, string region)
    {
        using var request = FleetApi.Json("CreateLocation", """{"LocationName": "custom-x"}"""u8.ToArray());
        request.Headers.Remove("Authorization");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await Api.Http.SendAsync(request);
        var location = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["Location"]!;
        Assert.Equal($"arn:aws:gamelift:{region}:000000000000:location/custom-x", (string?)location["LocationArn"]);
    }

    [Fact]
    public async Task Client_that_pages_by_one_gets_every_session_once()
    {
        var ids = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            ids.Add((await ActiveSessionAsync("cbor")).GameSessionId!);
        }

        var found = new List<string>();
        string? token = null;
        do
        {
            var page = await Api.CallAsync<DescribeGameSessionsResponse>(
                "cbor", In(new DescribeGameSessionsRequest { FleetId = Local, StatusFilter = "ACTIVE", Limit = 1, NextToken = token }));
            found.Add(Assert.Single(page.GameSessions!).GameSessionId!);
            token = page.NextToken;
            if (found.Count % 3 == 0)
            {
                // one that has been seen ends, and is in no later page
                await Api.CallAsync<TerminateGameSessionResponse>(
                    "cbor", In(new TerminateGameSessionRequest { GameSessionId = found[^1], TerminationMode = "FORCE_TERMINATE" }));
            }
        }
        while (token is not null);

        Assert.Equal(ids, found);
    }

    private async Task<ApiFailure> FailureAsync(string wire, HttpRequestMessage request)
    {
        using var response = await Api.Http.SendAsync(request);
        Assert.NotEqual(HttpStatusCode.OK, response.StatusCode);
        if (wire == "cbor")
        {
            Assert.Equal("rpc-v2-cbor", response.Headers.GetValues("smithy-protocol").Single());
        }

        return ApiFailure.Read(wire, response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }

    private async Task AssertServesAsync() =>
        Assert.Equal([Local], (await Api.CallAsync<ListFleetsResponse>("json", In(new ListFleetsRequest()))).FleetIds!);
}
