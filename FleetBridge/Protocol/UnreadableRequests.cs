using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Protocol;

/// <summary>
/// Logs what the server refuses by itself, before any of our code runs: bytes that are no HTTP, or a target with letters
/// that ought to be escaped. The editor's profile name, region and prefix are not escaped, and it shows only that the
/// request failed.
/// </summary>
internal sealed partial class UnreadableRequests(ILogger<UnreadableRequests> logger) : IObserver<KeyValuePair<string, object?>>
{
    /// <summary>The server's event (Microsoft.AspNetCore.Server.Kestrel.Core, BadRequest).</summary>
    public const string EventName = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private const string Remedy = "If the editor sent it, look at the profile name, the region and the prefix: they stand in "
        + "the address as they are, so they cannot have spaces or letters outside ASCII.";

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == EventName
            && (value.Value as IFeatureCollection)?.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException error)
        {
            LogUnreadable(error.Message, error.StatusCode == StatusCodes.Status400BadRequest ? Remedy : "");
        }
    }

    public void OnError(Exception error)
    {
        // the server's events do not fail
    }

    public void OnCompleted()
    {
        // they end with the server
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="source">Where the server tells its events.</param>
    /// <returns>Ends it when disposed.</returns>
    public IDisposable Watch(DiagnosticListener source) => source.Subscribe(this, name => name == EventName);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request that cannot be read was refused. {Reason} {Remedy}")]
    private partial void LogUnreadable(string reason, string remedy);
}
