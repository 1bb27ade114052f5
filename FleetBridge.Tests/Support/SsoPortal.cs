using System.Text.Json.Nodes;
using Amazon.Emulation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Tests.Support;

/// <summary>
/// The portal of IAM Identity Center as far as a profile needs it: a login's token is exchanged for a role's credentials
/// (<c>GetRoleCredentials</c> in the portal's API reference).
/// </summary>
internal sealed class SsoPortal : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SsoPortal(AwsEmulator aws)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            var query = context.Request.Query;
            var good = context.Request.Path == "/federation/credentials"
                && query["role_name"] == "Developer" && query["account_id"] == AwsEmulator.Account
                && context.Request.Headers["x-amz-sso_bearer_token"] == Token;
            context.Response.ContentType = "application/json";
            context.Response.StatusCode = good ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
            context.Response.Headers["x-amzn-ErrorType"] = good ? "" : "UnauthorizedException";
            await context.Response.WriteAsync(good ? Credentials(aws) : """{"message": "Session token not found or invalid"}""");
        });
    }

    /// <summary>The token of a login.</summary>
    public string Token { get; } = $"aoaAAAAA{Guid.NewGuid():N}";

    public string Address => _app.Urls.Single();

    public static async Task<SsoPortal> StartAsync(AwsEmulator aws)
    {
        var portal = new SsoPortal(aws);
        await portal._app.StartAsync();
        return portal;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static string Credentials(AwsEmulator aws)
    {
        var expires = TimeProvider.System.GetUtcNow().AddHours(1);
        var key = aws.Keys.Temporary($"arn:aws:sts::{AwsEmulator.Account}:assumed-role/AWSReservedSSO_Developer/me", expires);
        return new JsonObject
        {
            ["roleCredentials"] = new JsonObject
            {
                ["accessKeyId"] = key.Id,
                ["secretAccessKey"] = key.Secret,
                ["sessionToken"] = key.Token,
                ["expiration"] = expires.ToUnixTimeMilliseconds(),
            },
        }.ToJsonString();
    }
}
