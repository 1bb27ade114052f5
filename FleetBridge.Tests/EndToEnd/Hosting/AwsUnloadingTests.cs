using System.Net;
using Amazon.Emulation;
using Amazon.Emulation.Faults;
using FleetBridge.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Tests.EndToEnd.Hosting;

/// <summary>The libraries that a backend is likely to bring along, loaded from copies of its own.</summary>
public sealed class AwsUnloadingTests(ITestOutputHelper output)
{
    private const string Buckets = """
        <?xml version="1.0" encoding="UTF-8"?>
        <ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>1</ID></Owner>
        <Buckets><Bucket><Name>first-bucket</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket></Buckets>
        </ListAllMyBucketsResult>
        """;

    private const string Identity = """
        <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
        <Arn>arn:aws:iam::123456789012:user/someone</Arn><UserId>U</UserId><Account>123456789012</Account>
        </GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>
        """;

    [Theory]
    [InlineData("buckets", "", "first-bucket")]
    [InlineData("buckets", "&dispose=no", "first-bucket")]
    [InlineData("buckets", "&key=denied", null)]
    [InlineData("identity", "", "123456789012")]
    [InlineData("identity", "&dispose=no", "123456789012")]
    [InlineData("identity", "&key=denied&dispose=no", null)]
    [InlineData("json", "", "written")]
    [InlineData("log", "", "1")]
    [InlineData("services", "", "0")]
    public async Task Backend_with_private_libraries_unloads(string operation, string settings, string? expected)
    {
        await using var aws = await StartServerAsync();
        using var root = new TemporaryFolder();
        var folder = root.CopyOf(Path.Combine(Repository.AwsProbeRoot, "awsprobe", "1"), "awsprobe", "1");
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        var (status, json) = await bridge.PostAsync(
            $"/awsprobe/1/deployment/services/{operation}?endpoint={Uri.EscapeDataString(aws.Urls.Single())}{settings}");
        Assert.Equal(200, status);
        if (expected is null)
        {
            Assert.Equal("False", (string?)json["Overall Result"]);
            Assert.Contains("you may not", (string?)json["Error"], StringComparison.Ordinal);
        }
        else
        {
            Assert.True((string?)json["Overall Result"] == "True", json.ToJsonString());
            Assert.Equal(expected, json["Details"]!.AsObject().Single().Value!.ToString());
        }

        File.SetLastWriteTimeUtc(Path.Combine(folder, "AwsProbe.dll"), DateTime.UnixEpoch.AddDays(1));
        await bridge.DetailsAsync("/awsprobe/1/deployment/services/check");
        Assert.Equal(2, bridge.GenerationOf("awsprobe"));
        await bridge.OldGenerationsGoneAsync();
    }

    [Fact]
    public async Task Aws_backend_itself_unloads_after_its_packaged_build_check()
    {
        using var root = new TemporaryFolder();
        var folder = root.CopyOf(Path.Combine(Repository.AwsRoot, "aws", "1"), "aws", "1");
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        var project = Uri.EscapeDataString(Repository.SampleGame);
        var target = $"/aws_backend/1/deployment/packaged_build/check?project_root={project}";
        var (_, first) = await bridge.PostAsync(target);
        await bridge.DetailsAsync("/aws/1/metadata");
        File.SetLastWriteTimeUtc(Path.Combine(folder, "Backends.Aws.dll"), DateTime.UnixEpoch.AddDays(1));
        var (_, second) = await bridge.PostAsync(target);
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal(2, bridge.GenerationOf("aws"));
        await bridge.OldGenerationsGoneAsync();
    }

    [Theory]
    [InlineData("success")]
    [InlineData("errors")]
    [InlineData("unreachable")]
    [InlineData("role")]
    [InlineData("command")]
    [InlineData("broken command")]
    [InlineData("success", true)]
    [InlineData("errors", true)]
    [InlineData("role", true)]
    public async Task Aws_backend_itself_unloads_after_its_clients_were_used(string how, bool watched = false)
    {
        // to everything: the framework's own metrics and traces of HTTP see the backend's calls, too
        using var listening = watched ? new Listening(source: null) : null;
        await using var aws = await AwsEmulator.StartAsync();
        aws.Seed.Build("test1-build");
        using var root = new TemporaryFolder();
        await File.WriteAllTextAsync(
            root["keys.json"],
            $$"""{"Version": 1, "AccessKeyId": "{{aws.Credentials.Id}}", "SecretAccessKey": "{{aws.Credentials.Secret}}"}""");
        var keys = AwsProfiles.Add(aws);
        var profile = how switch
        {
            "unreachable" => AwsProfiles.Add("endpoint_url = http://127.0.0.1:1\naws_access_key_id = A\naws_secret_access_key = b"),
            "role" => AwsProfiles.Add(
                $"endpoint_url = {aws.Address}\nrole_arn = {aws.Seed.Role("Deployer").Arn}\nsource_profile = {keys}"),
            "command" => AwsProfiles.Add($"endpoint_url = {aws.Address}\ncredential_process = cat \"{root["keys.json"]}\""),
            "broken command" => AwsProfiles.Add("credential_process = exit 1"),
            _ => keys,
        };
        if (how == "errors")
        {
            foreach (var fault in (Fault[])[Fault.Deny, Fault.Garbage, Fault.InternalError, Fault.DropBefore])
            {
                aws.Faults.Add(FaultList.Any, fault, times: 4);
            }
        }

        var folder = root.CopyOf(Path.Combine(Repository.AwsRoot, "aws", "1"), "aws", "1");
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        foreach (var operation in (string[])["fleet/check", "fleet/create", "fleet/delete", "lambdas/check", "lambdas/create", "user_pool/check", "rest_api/check"])
        {
            var (status, json) = await bridge.PostAsync(
                $"/aws/1/deployment/{operation}?profile_name={profile}&fleet_launch_path=C%3A%2Fgame%2FA%2FB.exe");
            Assert.Equal(200, status);
            Assert.True(json["Error"] is null || !json["Error"]!.ToString().Contains("A bug", StringComparison.Ordinal), json.ToJsonString());
        }

        Assert.Equal(how is "success" or "role" or "command", aws.Calls.Of("CreateFleet").Count > 0);
        if (listening is not null)
        {
            Assert.NotEmpty(listening.Of("fleetbridge.remote.call.duration", "rpc.method", how == "role" ? "AssumeRole" : "DescribeFleetAttributes"));
        }

        File.SetLastWriteTimeUtc(Path.Combine(folder, "Backends.Aws.dll"), DateTime.UnixEpoch.AddDays(1));
        await bridge.DetailsAsync("/aws/1/metadata");
        Assert.Equal(2, bridge.GenerationOf("aws"));
        await bridge.OldGenerationsGoneAsync();
    }

    private static async Task<WebApplication> StartServerAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            var isS3 = HttpMethods.IsGet(context.Request.Method);
            context.Response.ContentType = "text/xml";
            if (context.Request.Headers.Authorization.ToString().Contains("Credential=denied/", StringComparison.Ordinal))
            {
                context.Response.StatusCode = (int)HttpStatusCode.Forbidden;
                const string Error = "<Code>AccessDenied</Code><Message>you may not</Message>";
                await context.Response.WriteAsync(isS3
                    ? $"<Error>{Error}</Error>"
                    : $"<ErrorResponse><Error><Type>Sender</Type>{Error}</Error><RequestId>1</RequestId></ErrorResponse>");
                return;
            }

            await context.Response.WriteAsync(isS3 ? Buckets : Identity);
        });
        await app.StartAsync();
        return app;
    }
}
