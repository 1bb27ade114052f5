using FleetBridge.Backends.Files;
using FleetBridge.Core.Security;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FleetBridge.Gateway.Rights;

/// <summary>
/// JSON web tokens of an issuer elsewhere (RFC 7519): a fixed list of algorithms, keys of a fixed set, an end that every token must
/// have, and issuer and audience as configured.
/// </summary>
internal sealed class JwtVerifier : IDisposable
{
    /// <summary>No issuer's token is larger, and a header has no room for more.</summary>
    public const int MostCharacters = 8 * 1024;

    /// <summary>How far the clocks may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private const int MostKeyBytes = 256 * 1024;

    /// <summary>How long keys from an address are used before they are read again, and how long after a failure or for an unknown key.</summary>
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private static readonly string[] Algorithms =
        [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.HmacSha256];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MostCharacters };
    private readonly SemaphoreSlim _reading = new(1);
    private readonly JwtOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lazy<HttpClient> _client = new(() => new HttpClient(LoopbackHttp.CreateHandler())
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = MostKeyBytes,
    });

    private IList<SecurityKey> _keys = [];
    private long _readAt;
    private string? _problem;

    public JwtVerifier(JwtOptions options, TimeProvider clock) => (_options, _clock) = (options, clock);

    /// <summary>Verifies a token.</summary>
    public async Task<TokenVerdict> VerifyAsync(string text, CancellationToken cancellation)
    {
        if (text.Length > MostCharacters)
        {
            return TokenVerdict.Not($"The token has more than {MostCharacters} characters.");
        }

        var keys = await KeysAsync(isUnknown: false, cancellation).ConfigureAwait(false);
        var result = await ValidateAsync(text, keys).ConfigureAwait(false);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // the issuer may have a new key
            keys = await KeysAsync(isUnknown: true, cancellation).ConfigureAwait(false);
            result = await ValidateAsync(text, keys).ConfigureAwait(false);
        }

        return result.IsValid ? Read((JsonWebToken)result.SecurityToken) : TokenVerdict.Not(Explain(result.Exception));
    }

    public void Dispose()
    {
        _reading.Dispose();
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private static TokenVerdict Read(JsonWebToken token)
    {
        var user = token.TryGetPayloadValue<string>("sub", out var sub) ? sub : null;
        var name = token.TryGetPayloadValue<string>("name", out var found) ? found : user;
        var role = token.TryGetPayloadValue<string>("role", out var text) ? RoleNames.Read(text) : null;
        return string.IsNullOrEmpty(user) ? TokenVerdict.Not("The token has no 'sub', which says whose it is.")
            : role is null ? TokenVerdict.Not($"The token's 'role' is none of {string.Join(", ", RoleNames.All)}.")
            : TokenVerdict.Of(new Identity(user, name ?? user, role.Value) { Expires = new DateTimeOffset(token.ValidTo, TimeSpan.Zero) });
    }

    /// <summary>The library's own texts quote the token and name its classes.</summary>
    private string Explain(Exception? exception) => exception switch
    {
        SecurityTokenExpiredException => "The token has expired. Get a new one.",
        SecurityTokenNoExpirationException => "The token has no end ('exp'), which every token must have.",
        SecurityTokenNotYetValidException => "The token is not valid yet ('nbf').",
        SecurityTokenInvalidLifetimeException => "The token's times cannot be used.",
        SecurityTokenInvalidAudienceException => "The token is for another audience ('aud').",
        SecurityTokenInvalidIssuerException => "The token is of another issuer ('iss').",
        SecurityTokenInvalidAlgorithmException => $"The token's algorithm is none of {string.Join(", ", Algorithms)}.",
        SecurityTokenSignatureKeyNotFoundException => _problem ?? "The token is signed with a key that is not in the key set.",
        SecurityTokenInvalidSignatureException => "The token's signature is not right, or it has none.",
        _ => "The token cannot be read.",
    };

    private Task<TokenValidationResult> ValidateAsync(string text, IList<SecurityKey> keys) => _handler.ValidateTokenAsync(text, new TokenValidationParameters
    {
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = keys,
        TryAllIssuerSigningKeys = true,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ValidateIssuer = _options.Issuer is not null,
        ValidIssuer = _options.Issuer,
        ValidateAudience = _options.Audience is not null,
        ValidAudience = _options.Audience,
        ClockSkew = Skew,
        LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires),
    });

    /// <summary>By our clock, which the library does not take. After an unknown key it passes the least time for a token without 'nbf'.</summary>
    private bool IsAlive(DateTime? notBefore, DateTime? expires)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        return expires is not { } end || end == DateTime.MinValue ? throw new SecurityTokenNoExpirationException()
            : now - Skew > end ? throw new SecurityTokenExpiredException()
            : notBefore is { } begin && now + Skew < begin ? throw new SecurityTokenNotYetValidException()
            : true;
    }

    private async Task<IList<SecurityKey>> KeysAsync(bool isUnknown, CancellationToken cancellation)
    {
        if (!IsDue(isUnknown))
        {
            return _keys;
        }

        await _reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (IsDue(isUnknown))
            {
                _keys = [.. new JsonWebKeySet(await ReadAsync(cancellation).ConfigureAwait(false)).Keys.Where(key => string.IsNullOrEmpty(key.Use) || key.Use == "sig")];
                _problem = _keys.Count == 0 ? "The key set has no keys." : null;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or HttpRequestException or ArgumentException
            or InvalidOperationException or System.Text.Json.JsonException || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // the keys of before are as good as they were
            _problem = "The key set of this gateway cannot be read, so that no such token can be accepted.";
        }
        finally
        {
            _readAt = _clock.GetTimestamp();
            _reading.Release();
        }

        return _keys;
    }

    private bool IsDue(bool isUnknown) =>
        _readAt == 0 || _clock.GetElapsedTime(_readAt) > (isUnknown || _problem is not null ? RetryPause : KeyLifetime);

    private async Task<string> ReadAsync(CancellationToken cancellation)
    {
        if (Uri.TryCreate(_options.Keys, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return await _client.Value.GetStringAsync(address, cancellation).ConfigureAwait(false);
        }

        using var handle = UserFile.OpenHandle(_options.Keys, MostKeyBytes);
        using var reader = new StreamReader(new FileStream(handle, FileAccess.Read));
        return await reader.ReadToEndAsync(cancellation).ConfigureAwait(false);
    }
}
