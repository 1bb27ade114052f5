using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>
/// The GameLift API for ordinary clients: JSON 1.1 at <c>POST /</c> with <c>X-Amz-Target</c>, and smithy-rpc-v2-cbor at any path that ends
/// in <c>/service/GameLift/operation/&lt;Operation&gt;</c>. Of the signature only the region is looked at.
/// </summary>
/// <param name="control">The fleet.</param>
/// <param name="logger">For what is this host's own failure.</param>
internal sealed partial class GameLiftApi(FleetControl control, ILogger<GameLiftApi> logger)
{
    private const string TargetHeader = "X-Amz-Target";
    private const string TargetPrefix = "GameLift.";
    private const string RequestIdHeader = "x-amzn-requestid";
    private const string CborPath = "/service/GameLift/operation/";

    /// <summary>Whether a request is for this API: a POST with a target, or to an operation's path.</summary>
    /// <param name="request">The request.</param>
    public static bool Claims(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && (CborOperation(request.Path) is not null || (request.Path == "/" && request.Headers.ContainsKey(TargetHeader)));

    /// <summary>Answers a request; whatever is wrong with it is an error of the API.</summary>
    /// <param name="context">The request.</param>
    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers[RequestIdHeader] = Guid.NewGuid().ToString();
        var cborOperation = CborOperation(context.Request.Path);
        var wire = cborOperation is null ? ApiWire.Json : ApiWire.Cbor;
        try
        {
            // the body is read first: most clients look for a response when they have sent all
            var body = await ApiBody.ReadAsync(context);
            ValueTask run;
            try
            {
                var name = cborOperation ?? Target(context.Request);
                CheckEncoding(context.Request, wire);
                run = OperationTable.All.Find(name).RunAsync(new ApiCall(control, context), wire, body);
            }
            finally
            {
                context.Request.BodyReader.AdvanceTo(body.End);
            }

            await run;
        }
        catch (ApiException exception)
        {
            Refuse(context.Response, wire, exception.Status, exception.Code, exception.Message);
        }
        catch (FleetException exception)
        {
            var status = exception.Code == FleetErrors.InternalService
                ? StatusCodes.Status500InternalServerError
                : StatusCodes.Status400BadRequest;
            Refuse(context.Response, wire, status, exception.Code, exception.Message);
        }
        catch (ObjectDisposedException)
        {
            // clients repeat what ends with this status: the next host answers it
            Refuse(
                context.Response, wire, StatusCodes.Status500InternalServerError, ApiException.InternalService,
                "This host is stopping. Repeat the request.");
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or BadHttpRequestException or IOException))
        {
            LogBug(exception, cborOperation ?? context.Request.Headers[TargetHeader].ToString());
            Refuse(
                context.Response, wire, StatusCodes.Status500InternalServerError, ApiException.InternalService,
                $"This host has a bug, {exception.GetType().Name}: its log has the trace. Please report it.");
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    // a page of another site can send neither this content type nor this header without asking first
    private static void CheckEncoding(HttpRequest request, ApiWire wire)
    {
        if (string.Equals(request.ContentType, wire.ContentType, StringComparison.Ordinal))
        {
            return;
        }

        var text = request.ContentType ?? "";
        var contentType = (text.IndexOf(';', StringComparison.Ordinal) is var end and >= 0 ? text[..end] : text).Trim();
        var isMarked = wire != ApiWire.Cbor || contentType.Length > 0
            || request.Headers[CborApiWire.ProtocolHeader] == CborApiWire.Protocol;
        if (!isMarked || (contentType.Length > 0 && !wire.Takes(contentType)))
        {
            throw new ApiException(
                ApiException.Serialization,
                $"The content type has to be {wire.ContentType}, not {(contentType.Length == 0 ? "absent" : contentType)}.");
        }
    }

    private static string? CborOperation(PathString path)
    {
        var text = path.Value ?? "";
        var start = text.LastIndexOf(CborPath, StringComparison.Ordinal);
        return start < 0 ? null : text[(start + CborPath.Length)..];
    }

    private static string Target(HttpRequest request)
    {
        var target = request.Headers[TargetHeader].ToString();
        return target.StartsWith(TargetPrefix, StringComparison.Ordinal)
            ? target[TargetPrefix.Length..]
            : throw new ApiException(
                ApiException.UnknownOperation,
                target.Length == 0
                    ? $"The request has no header {TargetHeader}, which names the operation, such as {TargetPrefix}ListFleets."
                    : $"{TargetHeader} is {(target.Length > 64 ? target[..64] + "…" : target)}: this host does operations of {TargetPrefix}… only.");
    }

    private static void Refuse(HttpResponse response, ApiWire wire, int status, string code, string message)
    {
        if (response.HasStarted)
        {
            return;
        }

        response.StatusCode = status;
        wire.Write(response, new ApiError(code, message));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Operation} of the GameLift API failed because of a bug")]
    private partial void LogBug(Exception exception, string operation);
}
