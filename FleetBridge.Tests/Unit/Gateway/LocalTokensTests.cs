using FleetBridge.Core.Security;
using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class LocalTokensTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_token_is_found_by_any_process_and_stored_as_a_hash()
    {
        var made = New().Make("ann", Role.Operator, TimeSpan.FromDays(1), out var text);
        Assert.True(New().TryFind(text, out var found));
        Assert.Equal(made, found);
        var stored = File.ReadAllText(Path.Combine(_folder.Path, "gateway", "tokens.json"));
        Assert.Contains(made.Hash, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(text[^20..], stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_process_revokes_another_one_refuses()
    {
        var (here, there) = (New(), New());
        var made = here.Make("ann", Role.Viewer, null, out var text);
        var verifier = new TokenVerifier(there, own: null, jwt: null, _clock);
        var identity = (await verifier.VerifyAsync(text, CancellationToken.None)).Identity!;
        Assert.False(verifier.IsRevoked(identity));
        Assert.True(here.Revoke(made.Id));
        Assert.False(here.Revoke(made.Id));
        Assert.True(verifier.IsRevoked(identity));
        Assert.Contains("revoked", (await verifier.VerifyAsync(text, CancellationToken.None)).Problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("fb_")]
    [InlineData("fb_000000000000_x")]
    [InlineData("fb_{id}")]
    [InlineData("fb_{id}_")]
    [InlineData("{text}x")]
    [InlineData("{text} ")]
    [InlineData("{TEXT}")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIiwicm9sZSI6ImFkbWluIn0.")]
    public async Task A_bad_token_is_refused_with_a_reason(string bad)
    {
        var made = New().Make("ann", Role.Admin, null, out var text);
        var verifier = new TokenVerifier(New(), new AccessToken("the-token-of-the-bridge"), jwt: null, _clock);
        var verdict = await verifier.VerifyAsync(
            bad.Replace("{text}", text, StringComparison.Ordinal)
                .Replace("{TEXT}", text.ToUpperInvariant(), StringComparison.Ordinal)
                .Replace("{id}", made.Id, StringComparison.Ordinal),
            CancellationToken.None);
        Assert.Null(verdict.Identity);
        Assert.False(string.IsNullOrEmpty(verdict.Problem));
    }

    [Fact]
    public async Task A_token_ends_and_the_next_one_sweeps_it_away()
    {
        New().Make("ann", Role.Viewer, TimeSpan.FromSeconds(90), out var text);
        var verifier = new TokenVerifier(New(), own: null, jwt: null, _clock);
        Assert.NotNull((await verifier.VerifyAsync(text, CancellationToken.None)).Identity);
        _clock.Advance(TimeSpan.FromSeconds(91));
        Assert.Contains("expired", (await verifier.VerifyAsync(text, CancellationToken.None)).Problem);
        New().Make("bob", Role.Viewer, null, out _);
        Assert.Equal("bob", Assert.Single(New().All).Name);
    }

    [Fact]
    public async Task The_bridges_own_token_is_an_admins()
    {
        var verifier = new TokenVerifier(New(), new AccessToken("the-token-of-the-bridge"), jwt: null, _clock);
        Assert.Equal(Role.Admin, (await verifier.VerifyAsync("the-token-of-the-bridge", CancellationToken.None)).Identity!.Role);
    }

    private LocalTokens New() => new(_folder.Path, _clock);
}
