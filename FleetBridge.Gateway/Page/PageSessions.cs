using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.State;
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

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly int _port;
    private readonly bool _isSecure;
    private readonly LocalTokens _tokens;
    private readonly TimeProvider _clock;
    private FileStamp _stamp = FileStamp.Absent;
    private Dictionary<string, PageSession> _known = new(StringComparer.Ordinal);

    /// <param name="stateFolder">The state folder.</param>
    /// <param name="port">The gateway's port.</param>
    /// <param name="isSecure">Whether browsers reach it by TLS alone.</param>
    /// <param name="clock">The clock.</param>
    public PageSessions(string stateFolder, int port, bool isSecure, TimeProvider clock)
    {
        (_folder, _port, _isSecure, _clock) = (Path.Combine(stateFolder, "gateway"), port, isSecure, clock);
        _tokens = new LocalTokens(stateFolder, clock);
    }

    /// <summary>The cookie's name. It has the port in it, since all ports of a machine share their cookies.</summary>
    public string CookieName => $"fleetbridge-{_port}";

    private string FilePath => Path.Combine(_folder, "page.json");

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
        if (Load().TryGetValue(HashOf(token), out var seen) && IsValid(seen, isLink: true))
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
        && Load().TryGetValue(HashOf(secret), out var session)
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

    private Dictionary<string, PageSession> Load()
    {
        lock (_lock)
        {
            try
            {
                var stamp = FileStamp.Of(FilePath);
                if (stamp != _stamp)
                {
                    _known = Read();
                    _stamp = stamp;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // what cannot be read lets nobody in
                (_known, _stamp) = (new Dictionary<string, PageSession>(StringComparer.Ordinal), FileStamp.Absent);
            }

            return _known;
        }
    }

    private Dictionary<string, PageSession> Read()
    {
        var known = new Dictionary<string, PageSession>(StringComparer.Ordinal);
        if (File.Exists(FilePath))
        {
            foreach (var session in (WireJson.Items(WireJson.Read(UserFile.ReadAllBytes(FilePath, MostBytes)), "sessions") ?? []).Select(PageSession.Read))
            {
                if (session is not null)
                {
                    known[session.Hash] = session;
                }
            }
        }

        return known;
    }

    private void Change(Action<Dictionary<string, PageSession>> change)
    {
        lock (_lock)
        {
            try
            {
                OwnFolder.Claim(_folder);
                using var held = Hold();
                var all = Read();
                change(all);
                var now = _clock.GetUtcNow();
                var kept = all.Values.Where(session => session.Expires > now).OrderByDescending(session => session.Expires).Take(MostSessions);
                var json = new JsonObject { ["sessions"] = new JsonArray([.. kept.Select(session => (JsonNode)session.ToJson())]) };

                // not through WireJson: it would take a hash for a secret
                PlacedFile.Replace(FilePath, Encoding.UTF8.GetBytes(json.ToJsonString()));
                _stamp = FileStamp.Absent;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // what cannot be stored lasts as long as this process
                change(_known);
            }
        }
    }

    /// <summary>Another process may change the file at the same moment: it needs a few milliseconds.</summary>
    private FileStream Hold() => LockFile.Hold(Path.Combine(_folder, "page.lock"), TimeSpan.FromSeconds(2));
}
