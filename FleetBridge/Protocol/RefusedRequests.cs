using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Protocol;

/// <summary>
/// Tells the user of requests that the web server refuses before they reach the bridge: it answers them with a bare
/// status, and a person who sees only "400" cannot know that it was the <c>ü</c> in a profile's name.
/// </summary>
internal sealed partial class RefusedRequests(ILogger<RefusedRequests> logger) : IObserver<KeyValuePair<string, object?>>
{
    /// <summary>The server's event for them (Microsoft.AspNetCore.Server.Kestrel.Core, KestrelServer).</summary>
    private const string BadRequestEvent = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private const string InvalidTarget = "Invalid request target";

    private const string Hint = " A request line may have ASCII characters only: encode the others, as in J%C3%BCrgen.";

    /// <summary>Begins to listen.</summary>
    /// <param name="events">The server's events.</param>
    /// <returns>Ends it when disposed.</returns>
    public IDisposable Listen(DiagnosticListener events) => events.Subscribe(this, name => name == BadRequestEvent);

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if ((value.Value as IFeatureCollection)?.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException refused)
        {
            // "Invalid request target: ''": the server does not show what it refused
            var reason = refused.Message.Replace(": ''", "", StringComparison.Ordinal).TrimEnd('.');
            LogRefused(refused.StatusCode, reason, reason == InvalidTarget ? Hint : "");
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request was refused with status {Status}: {Reason}.{Hint}")]
    private partial void LogRefused(int status, string reason, string hint);
}
