using FleetBridge.Fleet.Keeper;

namespace FleetBridge.Tests.Unit.Fleet;

/// <summary>What of its worker's environment a game server gets.</summary>
public sealed class ServerEnvironmentTests
{
    [Theory]
    [InlineData("AWS_SECRET_ACCESS_KEY", false)]
    [InlineData("aws_profile", false)]
    [InlineData("FLEETBRIDGE_TOKEN_FILE", false)]
    [InlineData("DOTNET_gcServer", false)]
    [InlineData("NOTIFY_SOCKET", false)]
    [InlineData("DOTNET_ROOT", true)]
    [InlineData("DOTNET_ROOT_X64", true)]
    [InlineData("SteamAppId", true)]
    public void Variable_of_the_worker_is_passed_on_or_withheld(string name, bool isPassedOn) =>
        Assert.Equal(isPassedOn, ServerEnvironment.IsPassedOn(name));

    [Fact]
    public void Variable_of_the_configuration_wins()
    {
        var name = Environment.GetEnvironmentVariables().Keys.Cast<string>().First(ServerEnvironment.IsPassedOn);
        var all = ServerEnvironment.Compose(new Dictionary<string, string> { [name] = "own", ["AWS_REGION"] = "eu-central-1" });
        Assert.Equal("own", all[name]);
        Assert.Equal("eu-central-1", all["AWS_REGION"]);
    }
}
