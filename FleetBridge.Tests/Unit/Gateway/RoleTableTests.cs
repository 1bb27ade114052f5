using FleetBridge.Backends;
using FleetBridge.Gateway.Fleet;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class RoleTableTests
{
    [Theory]
    [InlineData("check", OperationKind.Read, "viewer")]
    [InlineData("wait", OperationKind.Read, "viewer")]
    [InlineData("look", OperationKind.Read, "viewer")]
    [InlineData("create", OperationKind.Change, "operator")]
    [InlineData("resize", OperationKind.Change, "operator")]
    [InlineData("check", OperationKind.Change, "operator")]
    [InlineData("delete", OperationKind.Change, "admin")]
    [InlineData("delete", OperationKind.Read, "admin")]
    [InlineData("browse", OperationKind.Read, "admin")]
    [InlineData("check", null, "viewer")]
    [InlineData("create", null, "operator")]
    [InlineData("unknown", null, "operator")]
    [InlineData("delete", null, "admin")]
    public void An_operation_needs_a_role(string name, OperationKind? kind, string role) => Assert.Equal(role, RoleTable.Of(name, kind).NameOf());

    [Theory]
    [InlineData("servers", "GET /server", "viewer")]
    [InlineData("workers", "GET /worker", "viewer")]
    [InlineData("server/a", "GET /server/a", "viewer")]
    [InlineData("GET /server/a/log?tail=5", "GET /server/a/log?tail=5", "viewer")]
    [InlineData("POST /server/a/command", "POST /server/a/command", "operator")]
    [InlineData("POST //server//a/command", "POST /server/a/command", "operator")]
    [InlineData("DELETE /server/a", "DELETE /server/a", "admin")]
    [InlineData("DELETE /server/a%2F..", "DELETE /server/a%252F..", "admin")]
    [InlineData("create_session", "POST /create_session", "operator")]
    [InlineData("find_session", "GET /find_session", "viewer")]
    [InlineData("GET /shutdown", null, null)]
    [InlineData("POST /", null, null)]
    [InlineData("POST /local/launch", null, null)]
    [InlineData("GET /server/../shutdown", null, null)]
    [InlineData("GET /server/a/b/c/d", null, null)]
    [InlineData("TRACE /server", null, null)]
    [InlineData("get /server", null, null)]
    [InlineData("GET http://other/server", null, null)]
    [InlineData("POST /create_session/x", null, null)]
    public void A_route_of_a_host_is_in_the_table_or_not_passed_on(string method, string? route, string? role)
    {
        var read = FleetRoute.Read(method);
        Assert.Equal(route, read?.Name);
        Assert.Equal(role, read?.Right.NameOf());
    }

    [Theory]
    [InlineData("DescribeGameSessions", "viewer")]
    [InlineData("SearchGameSessions", "viewer")]
    [InlineData("CreateGameSession", "operator")]
    [InlineData("TerminateGameSession", "operator")]
    [InlineData("CreatePlayerSession", "operator")]
    [InlineData("DeleteFleet", "admin")]
    [InlineData("RegisterCompute", "admin")]
    public void An_operation_of_the_API_needs_a_role(string operation, string role) => Assert.Equal(role, FleetRoute.RightOfApi(operation).NameOf());
}
