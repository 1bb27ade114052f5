using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Amazon.Emulation.S3;

/// <summary>The emulator for S3 on a port of its own.</summary>
internal sealed class S3Server : IAsyncDisposable
{
    private readonly WebApplication _application;

    private S3Server(WebApplication application, S3Emulator s3) => (_application, S3) = (application, s3);

    public S3Emulator S3 { get; }

    /// <summary>Such as <c>http://127.0.0.1:41234</c>.</summary>
    public string Address => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<S3Server> StartAsync()
    {
        var s3 = new S3Emulator();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        application.Run(s3.HandleAsync);
        await application.StartAsync();
        return new S3Server(application, s3);
    }

    public async ValueTask DisposeAsync()
    {
        // connections that hang on command must not be waited for
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }
}
