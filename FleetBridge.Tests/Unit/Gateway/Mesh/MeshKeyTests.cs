using System.Text.Json;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Rights;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway.Mesh;

/// <summary>Who asks is believed only with a signature of the very call.</summary>
public sealed class MeshKeyTests
{
    private const string Id = "0123456789abcdef0123456789abcdef";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Identity Ann = new("ann", "Ann", Role.Operator);
    private static readonly MeshKey Key = new("a key of this studio");
    private static readonly CallBody Body = BodyOf("fleetbridge", "backends", """{"a":1}""");

    private readonly string _token = Key.Sign(Ann, Id, Body, Now.AddMinutes(1));

    [Fact]
    public void Signature_names_user_and_role()
    {
        var verdict = Key.Verify(_token, Id, Body, Now, out _);

        Assert.Null(verdict.Problem);
        Assert.Equal(Ann, verdict.Identity);
    }

    [Theory]
    [InlineData("00000000000000000000000000000000", "fleetbridge", "backends", """{"a":1}""")]
    [InlineData(Id, "fleetbridge.x", "backends", """{"a":1}""")]
    [InlineData(Id, "fleetbridge", "backendz", """{"a":1}""")]
    [InlineData(Id, "fleetbridge", "backends", """{"a":2}""")]
    [InlineData(Id, "fleetbridgeb", "ackends", """{"a":1}""")]
    public void Signature_of_another_call_is_refused(string id, string service, string method, string parameters) =>
        Assert.NotNull(Key.Verify(_token, id, BodyOf(service, method, parameters), Now, out _).Problem);

    [Fact]
    public void Signature_of_another_key_is_refused() => Assert.NotNull(new MeshKey("another key").Verify(_token, Id, Body, Now, out _).Problem);

    [Fact]
    public void Signature_ends()
    {
        Assert.Null(Key.Verify(_token, Id, Body, Now.AddMinutes(1.9), out _).Problem);
        Assert.Contains("expired", Key.Verify(_token, Id, Body, Now.AddMinutes(3), out _).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Role_that_was_changed_is_refused()
    {
        var admin = Key.Sign(Ann with { Role = Role.Admin }, Id, Body, Now.AddMinutes(1));
        var mixed = admin[..admin.IndexOf('.', StringComparison.Ordinal)] + _token[_token.IndexOf('.', StringComparison.Ordinal)..];

        Assert.NotNull(Key.Verify(mixed, Id, Body, Now, out _).Problem);
    }

    [Fact]
    public void Callers_and_ends_that_alternate_are_not_confused()
    {
        var bob = new Identity("bob", "Bob", Role.Admin);
        foreach (var (caller, minutes) in new[] { (Ann, 1), (bob, 1), (Ann, 5), (Ann, 1), (bob, 5) })
        {
            var token = Key.Sign(caller, Id, Body, Now.AddMinutes(minutes));

            Assert.Equal(caller, Key.Verify(token, Id, Body, Now, out _).Identity);
            Assert.Equal(minutes < 3, Key.Verify(token, Id, Body, Now.AddMinutes(3), out _).Problem is not null);
        }
    }

    [Theory]
    [InlineData("{}", "no token")]
    [InlineData("""{"Authorization":5}""", "no token")]
    [InlineData("""{"Authorization":"Basic x"}""", "no token")]
    [InlineData("""{"Authorisation":"ann"}""", "no token")]
    [InlineData("""{"user_id":"admin"}""", "no token")]
    [InlineData("""{"Authorization":"Bearer fbm_x"}""", "signature")]
    [InlineData("""{"Authorization":"Bearer x"}""", "accepts no tokens")]
    public async Task Context_without_a_token_that_holds_is_nobody(string context, string problem)
    {
        var authority = new MeshAuthority(Key, null, new FakeTimeProvider(Now));

        var verdict = await authority.IdentifyAsync(Id, Body with { Context = JsonElement.Parse(context) }, isRedelivered: false, TestContext.Current.CancellationToken);

        Assert.Null(verdict.Identity);
        Assert.Contains(problem, verdict.Problem, StringComparison.Ordinal);
    }

    private static CallBody BodyOf(string service, string method, string parameters) =>
        new(service, method, JsonElement.Parse(parameters), JsonElement.Parse("{}"));
}
