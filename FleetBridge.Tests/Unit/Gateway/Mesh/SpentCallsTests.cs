using System.Text.Json;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Rights;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway.Mesh;

/// <summary>A signed call runs once, whoever has recorded it.</summary>
public sealed class SpentCallsTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Call_is_taken_once()
    {
        var spent = new SpentCalls(_clock);

        Assert.Equal(Spending.First, spent.Take(CallOf(1), isRedelivered: false));
        Assert.Equal(Spending.Again, spent.Take(CallOf(1), isRedelivered: false));
        Assert.Equal(Spending.First, spent.Take(CallOf(2), isRedelivered: false));
    }

    [Fact]
    public void Call_that_the_broker_delivers_again_is_taken_once_more_and_then_never()
    {
        var spent = new SpentCalls(_clock);

        Assert.Equal(Spending.First, spent.Take(CallOf(1), isRedelivered: false));
        Assert.Equal(Spending.First, spent.Take(CallOf(1), isRedelivered: true));
        Assert.Equal(Spending.Again, spent.Take(CallOf(1), isRedelivered: true));
        Assert.Equal(Spending.Again, spent.Take(CallOf(1), isRedelivered: false));
    }

    [Fact]
    public void Call_that_came_redelivered_first_is_not_taken_as_a_new_one()
    {
        var spent = new SpentCalls(_clock);

        Assert.Equal(Spending.First, spent.Take(CallOf(1), isRedelivered: true));
        Assert.Equal(Spending.Again, spent.Take(CallOf(1), isRedelivered: false));
    }

    [Fact]
    public void Call_is_remembered_until_its_signature_ends_and_no_longer()
    {
        var (spent, call) = (new SpentCalls(_clock), CallOf(1));
        spent.Take(call, isRedelivered: false);

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(Spending.Again, spent.Take(call, isRedelivered: false));
        _clock.Advance(TimeSpan.FromSeconds(60));
        spent.Take(CallOf(2), isRedelivered: false);

        Assert.Equal(1, spent.Count);
    }

    [Fact]
    public void Table_that_is_full_refuses_and_takes_again_when_signatures_have_ended()
    {
        var spent = new SpentCalls(_clock, most: 100);
        for (var number = 0; number < 100; number++)
        {
            Assert.Equal(Spending.First, spent.Take(CallOf(number), isRedelivered: false));
        }

        Assert.Equal(Spending.Full, spent.Take(CallOf(100), isRedelivered: false));
        Assert.Equal(100, spent.Count);
        _clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(Spending.First, spent.Take(CallOf(101), isRedelivered: false));
        Assert.Equal(1, spent.Count);
    }

    [Fact]
    public async Task Recorded_call_is_nobodys()
    {
        const string Id = "0123456789abcdef0123456789abcdef";
        var key = new MeshKey("a key of this studio");
        var body = new CallBody("fleetbridge", "backends", JsonElement.Parse("{}"), JsonElement.Parse("{}"));
        var token = key.Sign(new Identity("ann", "Ann", Role.Admin), Id, body, _clock.GetUtcNow().AddMinutes(1));
        body = body with { Context = JsonElement.Parse($$"""{"Authorization":"Bearer {{token}}"}""") };
        var authority = new MeshAuthority(key, null, _clock);

        var first = await authority.IdentifyAsync(Id, body, isRedelivered: false, TestContext.Current.CancellationToken);
        var second = await authority.IdentifyAsync(Id, body, isRedelivered: false, TestContext.Current.CancellationToken);

        Assert.Equal("ann", first.Identity?.UserId);
        Assert.Null(second.Identity);
        Assert.Contains("taken before", second.Problem, StringComparison.Ordinal);
    }

    private SignedCall CallOf(int number) => new((UInt128)number, _clock.GetUtcNow().AddMinutes(1));
}
