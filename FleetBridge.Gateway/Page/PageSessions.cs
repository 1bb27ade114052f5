using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FleetBridge.Gateway.Rights;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Gateway.Page;

/// <summary>
/// Who has opened the page. Links and sessions are in a file of the state folder, by the hashes of their secrets: a session outlives a
/// restart of the bridge, and any process of this user can make a link.
/// </summary>
internal sealed class PageSessions : IPageSessions
{
    /// <summary>How long a link waits to be opened, and how long the session lasts that it gives.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const int SecretBytes = 32;
    private const int MostSessions = 1_000;
    private const int MostBytes = 2 * 1024 * 1024;

    private static readonly EntryForm<PageSession> Form =
        new("sessions", MostBytes, PageSession.Read, session => session.ToJson(), session => session.Hash) { File = "page" };

    private readonly EntryFile<PageSession> _file;
    private readonly int _port;
    private readonly bool _isSecure;
    private readonly LocalTokens _tokens;
    private readonly TimeProvider _clock;

    /// <param name="stateFolder">The state folder.</param>
    /// <param name="port">The gateway's port.</param>
    /// <param name="isSecure">Whether browsers reach it by TLS alone.</param>
    /// <param name="clock">The clock.</param>
    public PageSessions(string stateFolder, int port, bool isSecure, TimeProvider clock)
    {
        (_file, _port, _isSecure, _clock) = (new EntryFile<PageSession>(stateFolder, Form), port, isSecure, clock);
        _tokens = new LocalTokens(stateFolder, clock);
    }

    /// <summary>The cookie's name. It has the port in it, since all ports of a machine share their cookies.</summary>
    public string CookieName => $"fleetbridge-{_port}";

    public string NewLink()
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        Offer(token);
        return token;
    }

    /// <summary>Makes a link of a token that was made elsewhere.</summary>
    /// <param name="token">At least 128 random bits.</param>
    public void Offer(string token)
    {
        var owner = new Identity(Environment.UserName, Environment.UserName, Role.Admin);
        Change(all => all[HashOf(token)] = New(token, isLink: true, owner));
    }

    /// <summary>Takes a link: it can be taken once, whoever does.</summary>
    /// <param name="token">What somebody has sent.</param>
    /// <returns>Whose session it gives; null when there is no such link.</returns>
    public Identity? Take(string token)
    {
        PageSession? taken = null;
        if (_file.Load().TryGetValue(HashOf(token), out var seen) && IsValid(seen, isLink: true))
        {
            Change(all => taken = all.Remove(seen.Hash, out var link) && IsValid(link, isLink: true) ? link : null);
        }

        return taken?.Identity;
    }

    /// <summary>Begins a session, and sends its cookie.</summary>
    /// <param name="response">The response, which has not started.</param>
    /// <param name="identity">Whose it is.</param>
    public void Begin(HttpResponse response, Identity identity)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var session = New(secret, isLink: false, identity);
        Change(all => all[session.Hash] = session);
        response.Cookies.Append(CookieName, secret, Options(session.Expires));
    }

    /// <summary>Ends the session of a request, if it has one.</summary>
    public void End(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is { Length: > 0 } secret)
        {
            Change(all => all.Remove(HashOf(secret)));
            context.Response.Cookies.Delete(CookieName, Options(null));
        }
    }

    public Identity? Find(HttpContext context) =>
        context.Request.Cookies[CookieName] is { Length: > 0 and < 200 } secret
        && _file.Load().TryGetValue(HashOf(secret), out var session)
        && IsValid(session, isLink: false)
        && (session.Identity.TokenId is not { } token || _tokens.Has(token))
            ? session.Identity
            : null;

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private PageSession New(string secret, bool isLink, Identity identity)
    {
        var end = _clock.GetUtcNow() + Lifetime;
        var expires = identity.Expires is { } earlier && earlier < end ? earlier : end;
        return new PageSession(HashOf(secret), isLink, _port, identity with { Expires = expires }, expires);
    }

    private bool IsValid(PageSession session, bool isLink) =>
        session.IsLink == isLink && session.Port == _port && session.Expires > _clock.GetUtcNow();

    private CookieOptions Options(DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        Secure = _isSecure,
        Expires = expires,
    };

    private void Change(Action<Dictionary<string, PageSession>> change)
    {
        try
        {
            _file.Change(sessions =>
            {
                change(sessions);
                var now = _clock.GetUtcNow();
                var left = sessions.Values.OrderByDescending(session => session.Expires)
                    .Where((session, index) => index >= MostSessions || session.Expires <= now);
                foreach (var session in left.ToList())
                {
                    sessions.Remove(session.Hash);
                }
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // what cannot be stored lasts as long as this process
            _file.ChangeHere(change);
        }
    }
}
