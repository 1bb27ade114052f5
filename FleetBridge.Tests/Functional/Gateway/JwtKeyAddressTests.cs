using System.Text;
using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FleetBridge.Tests.Functional.Gateway;

/// <summary>JSON web tokens whose keys are at an address, with a real server there.</summary>
public sealed class JwtKeyAddressTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
    private int _reads;

    [Fact]
    public async Task Keys_are_read_once_and_used_for_ten_minutes()
    {
        await using var issuer = Serve(() => Keys("k1"));
        using var verifier = New(issuer.Address);
        for (var token = 0; token < 20; token++)
        {
            Assert.NotNull((await VerifyAsync(verifier, Token("k1"))).Identity);
        }

        Assert.Equal(1, _reads);
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.NotNull((await VerifyAsync(verifier, Token("k1"))).Identity);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task Rotated_key_is_fetched_when_a_token_names_it_and_the_old_one_ends()
    {
        var keys = Keys("k1");
        await using var issuer = Serve(() => keys);
        using var verifier = New(issuer.Address);
        Assert.NotNull((await VerifyAsync(verifier, Token("k1"))).Identity);

        keys = Keys("k2");
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.NotNull((await VerifyAsync(verifier, Token("k2"))).Identity);
        Assert.Equal(2, _reads);
        Assert.NotNull((await VerifyAsync(verifier, Token("k1"))).Problem);
    }

    [Fact]
    public async Task Unknown_key_ids_do_not_make_the_gateway_ask_again_and_again()
    {
        await using var issuer = Serve(() => Keys("k1"));
        using var verifier = New(issuer.Address);
        for (var token = 0; token < 50; token++)
        {
            Assert.Contains("key", (await VerifyAsync(verifier, Token($"made-up-{token}"))).Problem);
        }

        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task Issuer_that_is_gone_leaves_the_known_keys_and_comes_back()
    {
        var issuer = Serve(() => Keys("k1"));
        using var verifier = New(issuer.Address);
        Assert.NotNull((await VerifyAsync(verifier, Token("k1"))).Identity);
        await issuer.DisposeAsync();
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.NotNull((await VerifyAsync(verifier, Token("k1"))).Identity);
        Assert.Contains("cannot be read", (await VerifyAsync(verifier, Token("k2"))).Problem);
    }

    [Fact]
    public async Task Issuer_that_was_never_there_lets_nobody_in()
    {
        using var verifier = New($"http://127.0.0.1:{FreePorts.Take()}/keys");
        Assert.Contains("cannot be read", (await VerifyAsync(verifier, Token("k1"))).Problem);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("nOnE")]
    public async Task Token_without_a_signature_is_refused_whatever_keys_there_are(string algorithm)
    {
        await using var issuer = Serve(() => Keys("k1"));
        using var verifier = New(issuer.Address);
        var head = Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"k1"}""");
        var verdict = await VerifyAsync(verifier, $"{head}.{Token("k1").Split('.')[1]}.");
        Assert.Null(verdict.Identity);
        Assert.False(string.IsNullOrEmpty(verdict.Problem));
    }

    [Theory]
    [InlineData("huge")]
    [InlineData("no json")]
    [InlineData("a redirect")]
    [InlineData("an error")]
    [InlineData("no keys")]
    [InlineData("keys for encryption")]
    public async Task Response_that_is_no_key_set_lets_nobody_in(string what)
    {
        await using var issuer = CannedServer.Start(what switch
        {
            "huge" => Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\nConnection: close\r\n\r\n{new string(' ', 10_000_000)}"),
            "no json" => Response("200 OK", "<html>sign in</html>"),
            "a redirect" => Response("302 Found\r\nLocation: http://127.0.0.1:1/keys", Keys("k1")),
            "an error" => Response("500 Internal Server Error", Keys("k1")),
            "no keys" => Response("200 OK", """{"keys":[]}"""),
            _ => Response("200 OK", Keys("k1").Replace("\"kid\"", "\"use\":\"enc\",\"kid\"", StringComparison.Ordinal)),
        });
        using var verifier = New(issuer.Address);
        var verdict = await VerifyAsync(verifier, Token("k1"));
        Assert.Null(verdict.Identity);
        Assert.False(string.IsNullOrEmpty(verdict.Problem));
    }

    private static byte[] Response(string status, string json) =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {json.Length}\r\nConnection: close\r\n\r\n{json}");

    private static byte[] SecretOf(string id) => System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(id));

    private static string Keys(string id) => $$"""{"keys":[{"kty":"oct","kid":"{{id}}","k":"{{Base64UrlEncoder.Encode(SecretOf(id))}}"}]}""";

    private static Task<TokenVerdict> VerifyAsync(JwtVerifier verifier, string token) => verifier.VerifyAsync(token, CancellationToken.None);

    private CannedServer Serve(Func<string> keys) => CannedServer.StartBridge(_ =>
    {
        Interlocked.Increment(ref _reads);
        return keys();
    });

    private JwtVerifier New(string address) => new(new JwtOptions(address, null, null), _clock);

    private string Token(string key) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Claims = new Dictionary<string, object>
        {
            ["sub"] = "u1",
            ["role"] = "viewer",
            ["exp"] = _clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds(),
        },
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(SecretOf(key)) { KeyId = key }, SecurityAlgorithms.HmacSha256),
    });
}
