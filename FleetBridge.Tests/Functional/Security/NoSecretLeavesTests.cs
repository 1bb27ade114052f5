using System.Collections.Concurrent;
using System.Text;
using Amazon.Emulation;
using Amazon.Emulation.Faults;
using Amazon.Emulation.Signatures;
using FleetBridge.Tests.Functional.Logs;
using FleetBridge.Tests.Support;
using Serilog.Events;

namespace FleetBridge.Tests.Functional.Security;

/// <summary>
/// A deployment's life, with everything going wrong that AWS can do wrong, through the editor's own protocol; then every byte
/// that left is searched for what the requests were signed with.
/// </summary>
public sealed class NoSecretLeavesTests(ITestOutputHelper output)
{
    private const string Create = "/aws_backend/1/deployment/fleet/create?fleet_launch_path=C%3A%2Fgame%2FA%2FB.exe&";

    [Fact]
    public async Task No_credential_reaches_a_log_or_an_answer()
    {
        await using var aws = await AwsEmulator.StartAsync();
        var key = aws.Keys.Temporary("arn:aws:sts::123456789012:assumed-role/Developer/me", DateTimeOffset.MaxValue);
        aws.Seed.Build("test1-build");
        var plain = AwsProfiles.Add(aws, key);
        var role = AwsProfiles.Add(
            $"endpoint_url = {aws.Address}\nrole_arn = {aws.Seed.Role("Deployer").Arn}\nsource_profile = {plain}");
        var command = AwsProfiles.Add(
            $"credential_process = echo {key.Secret} {key.Token} aws_session_token={key.Token} >&2; exit 1");
        await using var bridge = await TestBridge.StartAsync(output, [Repository.AwsRoot], level: LogEventLevel.Verbose);
        var left = new ConcurrentQueue<string>();
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var reading = ReadAsync(socket, left);

        var check = "/aws_backend/1/deployment/fleet/check?";
        await AskAsync(check, plain);
        foreach (var fault in Faults(key))
        {
            aws.Faults.Add(FaultList.Any, fault, times: 4);
            await AskAsync(check, plain);
            aws.Faults.Clear();
        }

        await AskAsync(Create, plain);
        aws.Faults.Add("DeleteFleet", Fault.Error("InternalServiceException", Canonical(key), 500), times: 4);
        await AskAsync("/aws_backend/1/deployment/fleet/delete?", plain);
        await AskAsync(check, role);
        await AskAsync(check, command);
        await AskAsync($"{check}aws_secret_access_key={Uri.EscapeDataString(key.Secret)}&", plain);
        await AskAsync("/aws_backend/1/deployment/lambdas/check?", plain);
        await AskAsync("/aws_backend/1/deployment/lambdas/create?", plain);
        await AskAsync("/aws_backend/1/deployment/user_pool/check?", plain);
        await AskAsync("/aws_backend/1/deployment/rest_api/check?", plain);
        await AskAsync("/aws_backend/1/deployment/uploaded_build/check?", plain);
        aws.Faults.Add(FaultList.Any, Fault.ExpireCredentials);
        await AskAsync(check, plain);
        await bridge.StopAsync();
        await reading;
        await bridge.Log.DisposeAsync();
        left.Enqueue(bridge.ReadLogFile());

        Assert.True(aws.Calls.All.Count > 20, "the operations have reached AWS");
        Assert.True(aws.Keys.All.Count() > 2, "a role was taken on");
        var all = string.Join('\n', left);
        Assert.Contains("[hidden]", all, StringComparison.Ordinal);
        foreach (var secret in aws.Keys.All.SelectMany(known => (string?[])[known.Id, known.Secret, known.Token]).OfType<string>())
        {
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
            Assert.DoesNotContain(Uri.EscapeDataString(secret), all, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Signature=fe5f80f77d5f", all, StringComparison.Ordinal);

        async Task AskAsync(string target, string profile)
        {
            using var answer = await bridge.Http.PostAsync(
                new Uri($"{target}profile_name={profile}", UriKind.Relative), new ByteArrayContent([]));
            left.Enqueue($"{answer.Headers}{await answer.Content.ReadAsStringAsync()}");
        }
    }

    private static IEnumerable<Fault> Faults(AwsKey key) =>
    [
        Fault.Deny,
        Fault.DropBefore,
        Fault.Garbage,
        Fault.Error("InvalidSignatureException", $"The signature does not match. The Canonical String was:\n{Canonical(key)}", 403),
        Fault.Error("InvalidRequestException", Canonical(key), 400),
        Fault.Error("InternalServiceException", Canonical(key), 500),
        Fault.Error("AccessDeniedException", $"User with {key.Id} and {Uri.EscapeDataString(key.Token!)} is not authorized", 400),
    ];

    /// <summary>What AWS repeats of a request whose signature does not fit.</summary>
    private static string Canonical(AwsKey key) =>
        $"POST\n/\n\nhost:gamelift\nx-amz-security-token:{key.Token}\n{key.Secret} {key.Id} "
        + $"AWS4-HMAC-SHA256 Credential={key.Id}/20260101/us-west-2/gamelift/aws4_request, Signature=fe5f80f77d5fa3beca038a248ff027";

    private static async Task ReadAsync(RawWebSocket socket, ConcurrentQueue<string> left)
    {
        var reader = new RecordReader(socket);
        while (await reader.ReadFrameAsync() is { OpCode: Frame.TextCode } frame)
        {
            left.Enqueue(Encoding.UTF8.GetString(frame.Payload));
        }
    }
}
