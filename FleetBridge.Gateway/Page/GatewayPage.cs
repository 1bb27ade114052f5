using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Gateway.Rights;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FleetBridge.Gateway.Page;

/// <summary>
/// The page, its login, and its files. Host, Origin and fetch metadata are the gateway's business; this decides who gets what.
/// </summary>
/// <param name="sessions">Who has opened the page.</param>
/// <param name="verify">Verifies a bearer token, which may be used to log in instead of a link.</param>
/// <param name="clock">The clock.</param>
internal sealed class GatewayPage(
    PageSessions sessions, Func<string, CancellationToken, ValueTask<TokenVerdict>> verify, TimeProvider clock) : IGatewayPage, IDisposable
{
    /// <summary>A header that a form of another site cannot send.</summary>
    public const string OwnHeader = "X-FleetBridge";

    private const string Home = "/";
    private const string Login = "/login";
    private const string Logout = "/logout";
    private const string Session = "/session";
    private const string Assets = "/assets/";
    private const string TokenParameter = "t";
    private const int LongestBody = 32 * 1024;

    private readonly LoginThrottle _throttle = new(clock);
    private PageAssets? _assets;

    public void Dispose() => _throttle.Dispose();

    public async Task<bool> TryHandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var isAsset = path.StartsWith(Assets, StringComparison.Ordinal);
        if (!isAsset && path is not (Home or Login or Logout or Session))
        {
            return false;
        }

        PageHeaders.Set(context.Response);
        var isPost = HttpMethods.IsPost(context.Request.Method);
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (isPost ? path is not (Login or Logout) : !isRead || path == Logout)
        {
            context.Response.Headers.Allow = path switch { Login => "GET, HEAD, POST", Logout => "POST", _ => "GET, HEAD" };
            await WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "method", "This path has no such method.").ConfigureAwait(false);
        }
        else if (isAsset)
        {
            await WriteAssetAsync(context, path[Assets.Length..]).ConfigureAwait(false);
        }
        else if (isPost)
        {
            await PostAsync(context, path).ConfigureAwait(false);
        }
        else if (path == Login)
        {
            await OpenLinkAsync(context).ConfigureAwait(false);
        }
        else if (path == Session)
        {
            await WriteSessionAsync(context).ConfigureAwait(false);
        }
        else if (sessions.Find(context) is null)
        {
            Redirect(context, Login);
        }
        else
        {
            await WriteFileAsync(context, "index.html").ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Whether a browser, or a program that looks at links, fetches without a person who has opened anything.</summary>
    private static bool IsLookingAhead(HttpRequest request) =>
        HttpMethods.IsHead(request.Method)
        || request.Headers["Sec-Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase)
        || request.Headers["Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase)
        || request.Headers["X-Moz"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase);

    private static void Redirect(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }

    private static Task WriteAsync(HttpContext context, int status, string error, string message) => WriteAsync(
        context, status, new JsonObject { ["error"] = error, ["message"] = message });

    private static async Task WriteAsync(HttpContext context, int status, JsonObject json)
    {
        var body = WireJson.Write(writer => WireJson.WriteMembers(writer, json));
        context.Response.StatusCode = status;
        context.Response.ContentType = WireJson.ContentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>A link that is opened becomes a cookie and a clean address: its token is in no history, title or referrer.</summary>
    private async Task OpenLinkAsync(HttpContext context)
    {
        var tokens = context.Request.Query[TokenParameter];
        if (tokens.Count != 1 || tokens[0] is not { Length: > 0 } token || IsLookingAhead(context.Request))
        {
            await WriteFileAsync(context, "login.html").ConfigureAwait(false);
        }
        else if (!await _throttle.WaitAsync(context.RequestAborted).ConfigureAwait(false))
        {
            await TellToWaitAsync(context).ConfigureAwait(false);
        }
        else if (sessions.Take(token) is { } identity)
        {
            _throttle.Count(isRight: true);
            sessions.Begin(context.Response, identity);
            Redirect(context, Home);
        }
        else if (sessions.Find(context) is not null)
        {
            // the same link again, in the browser that has used it
            Redirect(context, Home);
        }
        else
        {
            _throttle.Count(isRight: false);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await WriteFileAsync(context, "login.html").ConfigureAwait(false);
        }
    }

    private async Task PostAsync(HttpContext context, string path)
    {
        var request = context.Request;
        if (request.Headers[OwnHeader].Count != 1
            || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(WireJson.ContentType, StringComparison.OrdinalIgnoreCase))
        {
            await WriteAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "form", $"The body is JSON, and the header {OwnHeader} is there: forms of other sites can send neither.")
                .ConfigureAwait(false);
        }
        else if (path == Logout)
        {
            sessions.End(context);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await LogInAsync(context).ConfigureAwait(false);
        }
    }

    private async Task LogInAsync(HttpContext context)
    {
        if (await ReadTokenAsync(context).ConfigureAwait(false) is not { Length: > 0 } token)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, "token", "The body is {\"token\": \"…\"}.").ConfigureAwait(false);
            return;
        }

        if (!await _throttle.WaitAsync(context.RequestAborted).ConfigureAwait(false))
        {
            await TellToWaitAsync(context).ConfigureAwait(false);
            return;
        }

        var verdict = sessions.Take(token) is { } owner
            ? TokenVerdict.Of(owner)
            : await verify(token, context.RequestAborted).ConfigureAwait(false);
        _throttle.Count(isRight: verdict.Identity is not null);
        if (verdict.Identity is not { } identity)
        {
            await WriteAsync(
                context, StatusCodes.Status401Unauthorized, "token", "This link was used or has expired, or the token is wrong. 'fleetbridge open' makes another link.")
                .ConfigureAwait(false);
            return;
        }

        sessions.Begin(context.Response, identity);
        await WriteAsync(context, StatusCodes.Status200OK, Describe(identity)).ConfigureAwait(false);
    }

    private static Task TellToWaitAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "30";
        return WriteAsync(context, StatusCodes.Status429TooManyRequests, "too_many", "Too many wrong tokens. Try again in 30 seconds.");
    }

    private static async Task<string?> ReadTokenAsync(HttpContext context)
    {
        var body = new byte[LongestBody + 1];
        var count = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        return count > LongestBody ? null : WireJson.Text(WireJson.Read(body.AsSpan(0, count)), "token");
    }

    private static JsonObject Describe(Identity identity) => new()
    {
        ["user_id"] = identity.UserId,
        ["username"] = identity.Username,
        ["role"] = identity.Role.NameOf(),
    };

    private Task WriteSessionAsync(HttpContext context) => sessions.Find(context) is { } identity
        ? WriteAsync(context, StatusCodes.Status200OK, Describe(identity))
        : WriteAsync(context, StatusCodes.Status401Unauthorized, "session", "There is no session: log in.");

    private Task WriteAssetAsync(HttpContext context, string rest)
    {
        _assets ??= new PageAssets();
        var name = rest.StartsWith($"{_assets.Hash}/", StringComparison.Ordinal) ? rest[(_assets.Hash.Length + 1)..] : "";
        if (name.EndsWith(".html", StringComparison.Ordinal) || !_assets.Names.Contains(name))
        {
            return WriteAsync(context, StatusCodes.Status404NotFound, "not_found", "There is no such file. Load the page again.");
        }

        PageHeaders.Set(context.Response, isImmutable: true);
        return WriteFileAsync(context, name);
    }

    private async Task WriteFileAsync(HttpContext context, string name)
    {
        _assets ??= new PageAssets();
        var asset = _assets.Find(name, context.Request.Headers.AcceptEncoding.ToString())!;
        var response = context.Response;
        response.ContentType = asset.ContentType;
        response.ContentLength = asset.Content.Length;
        response.Headers.Vary = "Accept-Encoding";
        if (asset.Encoding is not null)
        {
            response.Headers.ContentEncoding = asset.Encoding;
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(asset.Content, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
