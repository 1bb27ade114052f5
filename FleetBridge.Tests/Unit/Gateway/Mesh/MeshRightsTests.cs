using System.Text.Json;
using FleetBridge.Core.Processes;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Rights;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway.Mesh;

/// <summary>What a gateway knows of services beyond the broker: the rights that they need, and which there are.</summary>
public sealed class MeshRightsTests
{
    [Theory]
    [InlineData("orders", "add", Role.Operator, true)]
    [InlineData("orders", "nuropb_describe", Role.Viewer, false)]
    [InlineData("fleetbridge", "backends", Role.Viewer, false)]
    [InlineData("fleetbridge.one", "aws/1/deployment/fleet/check", Role.Viewer, false)]
    [InlineData("fleetbridge.one", "aws/1/deployment/fleet/create", Role.Viewer, true)]
    [InlineData("fleetbridge.one", "deployment/fleet/create", Role.Viewer, true)]
    [InlineData("fleetbridge.one", "aws/1/config", Role.Viewer, false)]
    [InlineData("fleet.one", "servers", Role.Viewer, false)]
    [InlineData("fleet.one", "GET /server/1", Role.Viewer, false)]
    [InlineData("fleet.one", "DELETE /server/1", Role.Viewer, true)]
    [InlineData("fleet.one", "create_session", Role.Viewer, true)]
    [InlineData("fleet.one", "gamelift/DescribeGameSessions", Role.Viewer, false)]
    [InlineData("fleet.one", "gamelift/CreateGameSession", Role.Viewer, true)]
    [InlineData("fleetbridges", "check", Role.Operator, true)]
    internal void Method_of_others_needs_an_operator_and_ours_check_themselves(string service, string method, Role role, bool changes) =>
        Assert.Equal(new MeshMethod(method, role, changes), MeshRights.Default.Of(service, method));

    [Fact]
    public void File_says_otherwise()
    {
        var rights = Read("""{"orders/list":"viewer","payments/*":"admin","payments/list":"viewer"}""");

        Assert.Equal(Role.Viewer, rights.Of("orders", "list").Right);
        Assert.Equal(Role.Operator, rights.Of("orders", "add").Right);
        Assert.Equal(Role.Admin, rights.Of("payments", "pay").Right);
        Assert.Equal(Role.Viewer, rights.Of("payments", "list").Right);
    }

    [Theory]
    [InlineData("""{"orders/list":"boss"}""", "orders/list")]
    [InlineData("""{"orders":"viewer"}""", "'orders'")]
    [InlineData("""{"orders/list":5}""", "orders/list")]
    [InlineData("[]", "object")]
    public void File_that_cannot_be_used_is_named(string json, string named) =>
        Assert.Contains(named, Assert.Throws<UserException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Directory_forgets_who_is_silent_and_keeps_who_was_named()
    {
        var clock = new FakeTimeProvider();
        var directory = new MeshDirectory(["orders"], clock);
        directory.Take(Announcement("""{"machine":"one","version":"1","services":["fleetbridge","fleetbridge.one"],"left":false}"""));
        directory.Learn("payments");
        Assert.Equal(["fleetbridge", "fleetbridge.one", "orders", "payments"], directory.All.Select(one => one.Name));

        clock.Advance(3 * MeshDirectory.Interval + TimeSpan.FromSeconds(1));

        Assert.Equal(["orders", "payments"], directory.All.Select(one => one.Name));
    }

    [Theory]
    [InlineData("""{"machine":"one","services":["orders","fleetbridgex","nuropb"],"left":false}""")]
    [InlineData("""{"machine":"one","services":"fleetbridge","left":false}""")]
    [InlineData("""{"services":["fleetbridge"],"left":false}""")]
    [InlineData("""{"machine":5,"services":["fleetbridge"]}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Announcement_of_a_stranger_adds_nothing(string json)
    {
        var directory = new MeshDirectory([], new FakeTimeProvider());

        directory.Take(Announcement(json));

        Assert.Empty(directory.All);
    }

    private static MeshEvent Announcement(string json) => new(MeshDirectory.AnnounceTopic, JsonElement.Parse(json), JsonElement.Parse("{}"), "");

    private static MeshRights Read(string json)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            return MeshRights.Read(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
