using System.Net;
using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Workers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Fleet.Joining;

public sealed class JoiningTests : IAsyncLifetime
{
    private const string Secret = "secret-of-the-first-worker-0123456789";
    private const string OtherSecret = "secret-of-the-other-worker-0123456789";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private FleetControl _control = null!;

    public async ValueTask InitializeAsync() => _control = await FleetControl.OpenAsync(
        new FleetControlOptions(), () => null, NullLogger.Instance, _time, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _control.DisposeAsync();

    [Fact]
    public async Task Token_is_good_once_and_for_an_hour_and_only_its_hash_is_kept()
    {
        var (token, expiresAt) = await JoinTokens.MakeAsync(_control);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromHours(1), expiresAt);
        Assert.Equal(JoinTokens.HashOf(token), _control.Read(model => Assert.Single(model.JoinTokens.All).Hash));
        Assert.DoesNotContain(token, JoinTokens.HashOf(token), StringComparison.Ordinal);

        await JoinAsync("w-1", Secret, token, needsToken: true);
        Assert.Contains("was used already", await RefusalAsync(JoinTokens.Refused, "w-2", OtherSecret, token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_that_has_used_a_token_may_show_it_again()
    {
        var (token, _) = await JoinTokens.MakeAsync(_control);
        await JoinAsync("w-1", Secret, token, needsToken: true);
        _time.Advance(TimeSpan.FromHours(2));
        await JoinAsync("w-1", Secret, token, needsToken: true);
        await JoinAsync("w-1", Secret, null, needsToken: true);
    }

    [Fact]
    public async Task Token_is_refused_after_an_hour()
    {
        var (token, _) = await JoinTokens.MakeAsync(_control);
        _time.Advance(TimeSpan.FromHours(1));
        var refusal = await RefusalAsync(JoinTokens.Refused, "w-1", Secret, token);
        Assert.Contains(token, refusal, StringComparison.Ordinal);
        Assert.Contains("expired at 2026-01-01 13:00:00Z", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Token_is_checked_also_where_none_is_needed(bool needsToken)
    {
        var refusal = await RefusalAsync(JoinTokens.Refused, "w-1", Secret, "made-up-made-up-made-up", needsToken);
        Assert.Contains("made-up-made-up-made-up is refused: this host has not made it", refusal, StringComparison.Ordinal);
        Assert.Empty(_control.Read(model => model.Workers.All.ToList()));
    }

    [Fact]
    public async Task Refused_registration_leaves_the_token_as_it_is()
    {
        var (token, _) = await JoinTokens.MakeAsync(_control);
        await RefusalAsync("invalid_worker", "no id / of a worker", Secret, token);
        await JoinAsync("w-1", Secret, token, needsToken: true);
    }

    [Fact]
    public async Task New_worker_on_another_machine_needs_a_token_and_one_on_this_machine_does_not()
    {
        await RefusalAsync(WorkerAdmission.TokenNeeded, "w-1", Secret, null);
        await JoinAsync("w-1", Secret, null, needsToken: false);
    }

    [Fact]
    public async Task Id_of_a_worker_belongs_to_whoever_has_its_secret()
    {
        await JoinAsync("w-1", Secret, null, needsToken: false);
        await RefusalAsync(WorkerAdmission.WrongSecret, "w-1", OtherSecret, null, needsToken: false);
        await RefusalAsync(WorkerAdmission.WrongSecret, "w-1", null, null, needsToken: false);
        await RefusalAsync("invalid_worker", "w-2", "short", null, needsToken: false);
        await JoinAsync("w-1", Secret, null, needsToken: true);
    }

    [Theory]
    [InlineData("?id=w-1", $"Bearer {Secret}", "w-1")]
    [InlineData("?id=w-1", $"bearer {Secret}", "w-1")]
    [InlineData("?id=w-1", $"Bearer {OtherSecret}", null)]
    [InlineData("?id=w-1", $"Basic {Secret}", null)]
    [InlineData("?id=w-1", "", null)]
    [InlineData("?id=w-2", $"Bearer {Secret}", null)]
    [InlineData("?id=no-secret", $"Bearer {Secret}", null)]
    [InlineData("?id=w-1&id=w-1", $"Bearer {Secret}", null)]
    [InlineData("", $"Bearer {Secret}", null)]
    public async Task Link_is_let_in_with_the_id_and_its_secret(string query, string authorization, string? expected)
    {
        await JoinAsync("w-1", Secret, null, needsToken: false);
        await JoinAsync("no-secret", null, null, needsToken: false);
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        context.Request.Headers.Authorization = authorization;
        Assert.Equal(expected, _control.Read(model => WorkerAdmission.Identify(model, context.Request)));
    }

    [Theory]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("::1", false, false)]
    [InlineData("::ffff:127.0.0.1", false, false)]
    [InlineData("127.0.0.1", true, true)]
    [InlineData("10.0.0.7", false, true)]
    [InlineData("fe80::1", false, true)]
    [InlineData(null, false, true)]
    public void Token_is_needed_from_other_machines_or_always(string? address, bool isAlways, bool isNeeded)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        Assert.Equal(isNeeded, WorkerAdmission.Read(context.Request, null, isAlways).NeedsToken);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9080", "http://127.0.0.1:9080/", "ws://127.0.0.1:9080/worker")]
    [InlineData("http://localhost:9080/", "http://localhost:9080/", "ws://localhost:9080/worker")]
    [InlineData("ws://[::1]:9080/worker", "http://[::1]:9080/", "ws://[::1]:9080/worker")]
    [InlineData("https://build.example:9443", "https://build.example:9443/", "wss://build.example:9443/worker")]
    [InlineData("wss://10.0.0.5:9443/worker", "https://10.0.0.5:9443/", "wss://10.0.0.5:9443/worker")]
    public void Address_of_a_host_may_be_that_of_its_routes_or_of_its_links(string text, string http, string link)
    {
        var address = HostAddress.Parse(text);
        Assert.Equal((new Uri(http), new Uri(link)), (address.Http, address.Link));
    }

    [Theory]
    [InlineData("build.example:9443", "no address of a host")]
    [InlineData("ftp://127.0.0.1", "no address of a host")]
    [InlineData("http://127.0.0.1:9080/server", "no address of a host")]
    [InlineData("http://user:password@127.0.0.1:9080", "no address of a host")]
    [InlineData("http://127.0.0.1:9080/?id=7", "no address of a host")]
    [InlineData("http://10.0.0.5:9080", "over TLS only")]
    [InlineData("ws://build.example:9080/worker", "over TLS only")]
    public void Address_that_cannot_be_a_host_is_refused(string text, string reason)
    {
        var exception = Assert.Throws<UserException>(() => HostAddress.Parse(text));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private Task<FleetWorker> JoinAsync(string id, string? secret, string? token, bool needsToken) => _control.ChangeAsync(model =>
    {
        var hash = WorkerAdmission.Admit(model, id, new JoinRequest(secret, token, needsToken));
        return model.Workers.Set(WorkerRules.Register(model, id, null, null, null) with { SecretHash = hash });
    });

    private async Task<string> RefusalAsync(string code, string id, string? secret, string? token, bool needsToken = true)
    {
        var exception = await Assert.ThrowsAsync<ServerException>(() => JoinAsync(id, secret, token, needsToken));
        Assert.Equal(code, exception.Code);
        return exception.Message;
    }
}
