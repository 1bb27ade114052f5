using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FleetBridge.Tests.AwsStandIn;

/// <summary>
/// AWS on a free port of this machine: one address, every service of the deployment behind it. Its class is not named like
/// its namespace, because then no other room could name it without writing both.
/// </summary>
internal sealed class StandInAws : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandInAws(TimeProvider clock)
    {
        Clock = clock;

        // asked in this order; S3 has no mark of its own and stands last
        Services = [new UnclaimedRequests()];

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.Run(RouteAsync);
    }

    /// <summary>The services, in the order in which they are asked whether a request is theirs.</summary>
    public IReadOnlyList<IAwsService> Services { get; }

    /// <summary>What the services call now.</summary>
    public TimeProvider Clock { get; set; }

    /// <summary>Where all services are: <c>http://127.0.0.1:{port}</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts one.</summary>
    public static async Task<StandInAws> StartAsync(TimeProvider? clock = null)
    {
        var aws = new StandInAws(clock ?? TimeProvider.System);
        await aws._app.StartAsync();
        aws.Address = aws._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return aws;
    }

    /// <summary>A new request id, as every answer carries one.</summary>
    public static string NextRequestId() => Guid.NewGuid().ToString();

    public async ValueTask DisposeAsync()
    {
        // a client that still waits (for a delayed answer, say) is not waited for
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task RouteAsync(HttpContext context)
    {
        if (context.Request.HasFormContentType)
        {
            // the query protocol names its operation in the body, and its signature covers the body's bytes
            context.Request.EnableBuffering();
            await context.Request.ReadFormAsync(context.RequestAborted);
            context.Request.Body.Position = 0;
        }

        // clients set their clocks by this header when a signature was too old
        context.Response.Headers.Date = Clock.GetUtcNow().ToString("R");
        await Services.First(service => service.Claims(context.Request)).HandleAsync(context);
    }
}
