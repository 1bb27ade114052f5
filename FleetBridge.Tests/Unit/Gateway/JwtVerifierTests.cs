using System.Security.Cryptography;
using System.Text;
using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class JwtVerifierTests : IDisposable
{
    private const string Issuer = "https://issuer.example";
    private const string Audience = "fleetbridge";

    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("a secret of thirty-two bytes....");
    private static readonly SymmetricSecurityKey Key = new(Secret) { KeyId = "k1" };

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_good_token_says_who_it_is_of_and_what_it_allows()
    {
        var verdict = await VerifyAsync(Make());
        Assert.Null(verdict.Problem);
        Assert.Equal(("u1", "Ann", Role.Operator), (verdict.Identity!.UserId, verdict.Identity.Username, verdict.Identity.Role));
        Assert.Equal(_clock.GetUtcNow().AddMinutes(5), verdict.Identity.Expires);
    }

    [Theory]
    [InlineData("expired", "expired")]
    [InlineData("no exp", "no end")]
    [InlineData("not yet", "not valid yet")]
    [InlineData("other issuer", "another issuer")]
    [InlineData("other audience", "another audience")]
    [InlineData("other key", "signature")]
    [InlineData("unknown key id", "key")]
    [InlineData("none", "")]
    [InlineData("hs512", "")]
    [InlineData("no role", "role")]
    [InlineData("bad role", "role")]
    [InlineData("no sub", "sub")]
    [InlineData("changed payload", "signature")]
    [InlineData("too long", "characters")]
    [InlineData("garbage", "")]
    public async Task A_bad_token_is_refused_with_a_reason(string what, string reason)
    {
        var text = what switch
        {
            "expired" => Make(expires: -61, notBefore: -100),
            "no exp" => Unended(),
            "not yet" => Make(notBefore: 61),
            "other issuer" => Make(issuer: "https://evil.example"),
            "other audience" => Make(audience: "other"),
            "other key" => Make(key: new SymmetricSecurityKey(SHA256.HashData(Secret)) { KeyId = "k1" }),
            "unknown key id" => Make(key: new SymmetricSecurityKey(SHA256.HashData(Secret)) { KeyId = "k9" }),
            "none" => $"{Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}")}.{Make().Split('.')[1]}.",
            "hs512" => Make(algorithm: SecurityAlgorithms.HmacSha512, key: new SymmetricSecurityKey([.. Secret, .. Secret]) { KeyId = "k1" }),
            "no role" => Make(without: "role"),
            "bad role" => Make(role: "root"),
            "no sub" => Make(without: "sub"),
            "changed payload" => Changed(),
            "too long" => Make() + new string('x', JwtVerifier.MostCharacters),
            _ => "a.b.c",
        };
        var verdict = await VerifyAsync(text);
        Assert.Null(verdict.Identity);
        Assert.Contains(reason, verdict.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-59, -100)]
    [InlineData(300, 59)]
    public async Task Clocks_may_differ_by_a_minute(int expires, int notBefore) =>
        Assert.NotNull((await VerifyAsync(Make(expires: expires, notBefore: notBefore))).Identity);

    [Fact]
    public async Task A_key_set_that_cannot_be_read_lets_nobody_in()
    {
        using var verifier = new JwtVerifier(new JwtOptions(Path.Combine(_folder.Path, "absent"), null, null), _clock);
        Assert.Contains("key set", (await verifier.VerifyAsync(Make(), CancellationToken.None)).Problem);
    }

    private static Dictionary<string, object> Claims() => new() { ["sub"] = "u1", ["name"] = "Ann", ["role"] = "operator" };

    private async Task<TokenVerdict> VerifyAsync(string text)
    {
        var file = Path.Combine(_folder.Path, "keys.json");
        await File.WriteAllTextAsync(
            file, $$"""{"keys":[{"kty":"oct","kid":"k1","k":"{{Base64UrlEncoder.Encode(Secret)}}"}]}""");
        using var verifier = new JwtVerifier(new JwtOptions(file, Issuer, Audience), _clock);
        return await verifier.VerifyAsync(text, CancellationToken.None);
    }

    private string Make(
        int expires = 300,
        int notBefore = 0,
        string issuer = Issuer,
        string audience = Audience,
        SecurityKey? key = null,
        string algorithm = SecurityAlgorithms.HmacSha256,
        string role = "operator",
        string? without = null)
    {
        var claims = Claims();
        claims["role"] = role;
        claims["exp"] = _clock.GetUtcNow().AddSeconds(expires).ToUnixTimeSeconds();
        claims["nbf"] = _clock.GetUtcNow().AddSeconds(notBefore).ToUnixTimeSeconds();
        claims["iss"] = issuer;
        claims["aud"] = audience;
        if (without is not null)
        {
            claims.Remove(without);
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            SigningCredentials = new SigningCredentials(key ?? Key, algorithm),
        });
    }

    private string Unended() => Make(without: "exp");

    private string Changed()
    {
        var parts = Make().Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("operator", "admin", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }
}
