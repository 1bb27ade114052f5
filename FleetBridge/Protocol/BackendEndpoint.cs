using System.Diagnostics;
using System.Globalization;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Protocol;

/// <summary>
/// Responds to <c>POST /&lt;backend&gt;/&lt;version&gt;/…</c>: reads the raw target, runs the request, waits until its log
/// records have reached the editor, and writes the JSON.
/// </summary>
internal sealed partial class BackendEndpoint(
    RequestRunner runner, BackendHost host, EditorSettings editor, BridgeLog log, TimeProvider clock)
{
    /// <summary>
    /// How often a response that takes long sends spaces. The engine gives up after 30 s (before 5.4: 180 s) without a
    /// byte, and skips spaces before the JSON.
    /// </summary>
    public static readonly TimeSpan TrickleInterval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Several each time: libcurl counts the bytes of the last five seconds, and for a client with a least speed of one byte a second
    /// (CURLOPT_LOW_SPEED_LIMIT) a single one is too slow.
    /// </summary>
    public static readonly ReadOnlyMemory<byte> Trickle = System.Text.Encoding.ASCII.GetBytes(new string(' ', 64));

    /// <summary>Of a method and a target in the log. The editor's are shorter; a client may send 256 KiB.</summary>
    private const int LongestMethod = 20;
    private const int LongestTarget = 2_000;

    private readonly ILogger _logger = log.Requests;

    /// <summary>Handles a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Completes when the response is written, or when nobody waits for it.</returns>
    public async Task HandleAsync(HttpContext context)
    {
        var started = clock.GetTimestamp();
        var emitted = log.Emitted;
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!RequestTarget.TryParse(raw, out var target, out var problem))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, problem, emitted).ConfigureAwait(false);
        }
        else if (!HttpMethods.IsPost(context.Request.Method))
        {
            await RefuseMethodAsync(context, target, emitted).ConfigureAwait(false);
        }
        else if (!target.TryGetRequest(out var request))
        {
            await RefuseShortAsync(context, target, emitted).ConfigureAwait(false);
        }
        else
        {
            await RespondAsync(context, request, emitted).ConfigureAwait(false);
        }

        LogResponse(
            HttpMethods.IsPost(context.Request.Method) ? HttpMethods.Post : ShortText.Of(context.Request.Method, LongestMethod),
            raw.Length <= LongestTarget ? raw : ShortText.Of(raw, LongestTarget),
            context.Response.StatusCode,
            clock.GetElapsedTime(started));
    }

    /// <summary>The line that every request leaves. It is made without a template and without a number's format, at half the cost.</summary>
    private void LogResponse(string method, string target, int status, TimeSpan took)
    {
        var tenths = ((took.Ticks * 10) + (TimeSpan.TicksPerMillisecond / 2)) / TimeSpan.TicksPerMillisecond;
        _logger.Log(
            LogLevel.Debug,
            default,
            string.Create(CultureInfo.InvariantCulture, $"{method} {target} → {status} in {tenths / 10}.{tenths % 10} ms"),
            exception: null,
            static (text, _) => text);
    }

    /// <summary>The client's trace, by W3C's "Trace Context".</summary>
    private static ActivityContext TraceOf(HttpContext context) =>
        ActivityContext.TryParse(
            context.Request.Headers.TraceParent, context.Request.Headers.TraceState, isRemote: true, out var trace) ? trace : default;

    /// <summary>Whether a request is a command line's of ours: what somebody tries in a terminal is not what the editor works with.</summary>
    private static bool IsOwnProgram(HttpRequest request) =>
        request.Headers.UserAgent.ToString().StartsWith($"{ProgramInfo.Name}/", StringComparison.Ordinal);

    private async Task RespondAsync(HttpContext context, BackendRequest request, long emitted)
    {
        try
        {
            var running = runner.RunAsync(request, new RequestOptions { Aborted = context.RequestAborted, Trace = TraceOf(context) });
            if (!running.IsCompleted)
            {
                await TrickleAsync(context, running).ConfigureAwait(false);
            }

            var response = await running.ConfigureAwait(false);
            if (response.Status is not (ResponseStatus.NotFound or ResponseStatus.Malformed) && !IsOwnProgram(context.Request))
            {
                editor.Remember(request);
            }

            var json = ResponseMessage.Write(response, out var problem);
            if (problem is not null)
            {
                LogUnwritable(request.Path, problem);
            }

            await log.WaitForDeliveryAsync(emitted).ConfigureAwait(false);
            if (context.Response.HasStarted)
            {
                await context.Response.Body.WriteAsync(json, context.RequestAborted).ConfigureAwait(false);
            }
            else
            {
                context.Response.StatusCode = HttpStatus.Of(response.Status);
                await JsonResponse.WriteAsync(context, json).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            LogDisconnected(request.Path);
        }
    }

    /// <summary>Returns when the request has run; from five seconds on it sends spaces every five seconds.</summary>
    private async Task TrickleAsync(HttpContext context, Task running)
    {
        while (!running.IsCompleted)
        {
            try
            {
                await running.WaitAsync(TrickleInterval, clock).ConfigureAwait(ConfigureAwaitOptions.None);
            }
            catch (TimeoutException) when (!running.IsCompleted)
            {
                await SendSpacesAsync(context).ConfigureAwait(false);
            }
        }
    }

    private static async Task SendSpacesAsync(HttpContext context)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = WireJson.ContentType;
        }

        try
        {
            await context.Response.Body.WriteAsync(Trickle, context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the client has disconnected: whether the operation continues depends on its kind
        }
    }

    private async Task RefuseMethodAsync(HttpContext context, RequestTarget target, long emitted)
    {
        if (target.Segments is [var backend, ..] && await host.IsInstalledAsync(backend).ConfigureAwait(false))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "Use POST for requests to backends.", emitted)
                .ConfigureAwait(false);
            return;
        }

        var error = $"There is nothing at this path. Send POST /<backend>/<version>/…; installed: {NotFoundMessages.Installed(host.Statuses)}.";
        await RefuseAsync(context, StatusCodes.Status404NotFound, error, emitted).ConfigureAwait(false);
    }

    private async Task RefuseShortAsync(HttpContext context, RequestTarget target, long emitted)
    {
        var unknown = target.Segments is [var backend] && !await host.IsInstalledAsync(backend).ConfigureAwait(false);
        var (status, error) = unknown
            ? (StatusCodes.Status404NotFound, $"There is no backend '{ShortText.Of(target.Segments[0])}'.")
            : (StatusCodes.Status400BadRequest, "The path must begin with /<backend>/<version>/.");
        await RefuseAsync(context, status, $"{error} Installed: {NotFoundMessages.Installed(host.Statuses)}.", emitted)
            .ConfigureAwait(false);
    }

    /// <summary>Responds to what is no request to a backend; the editor's user finds the reason in the log.</summary>
    private async Task RefuseAsync(HttpContext context, int status, string error, long emitted)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        log.Refusals.Refused(error, $"{ShortText.Of(context.Request.Method, LongestMethod)} {ShortText.Of(raw)} was refused. {error}");
        await log.WaitForDeliveryAsync(emitted).ConfigureAwait(false);
        await JsonResponse.WriteErrorAsync(context, status, error).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} failed. {Problem}")]
    private partial void LogUnwritable(string path, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The client of {Path} disconnected before the response.")]
    private partial void LogDisconnected(string path);
}
