using FleetBridge.Core.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FleetBridge.Core.Ports;

/// <summary>Passes the server's requests to the pipeline; all requests of a connection share one context.</summary>
internal sealed class BridgeApplication(RequestDelegate pipeline) : IHttpApplication<DefaultHttpContext>
{
    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<DefaultHttpContext> connection)
        {
            return new DefaultHttpContext(contextFeatures);
        }

        if (connection.HostContext is not { } context)
        {
            return connection.HostContext = new DefaultHttpContext(contextFeatures);
        }

        context.Initialize(contextFeatures);
        return context;
    }

    public Task ProcessRequestAsync(DefaultHttpContext context) => pipeline(context);

    public void DisposeContext(DefaultHttpContext context, Exception? exception)
    {
        if (Instruments.Refusals.Enabled && context.Response.StatusCode is >= StatusCodes.Status400BadRequest and var status)
        {
            Instruments.Refusals.Add(1, new KeyValuePair<string, object?>(Instruments.StatusTag, status));
        }

        context.Uninitialize();
    }
}
