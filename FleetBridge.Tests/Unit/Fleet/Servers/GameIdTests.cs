using FleetBridge.Fleet.Servers;

namespace FleetBridge.Tests.Unit.Fleet.Servers;

public sealed class GameIdTests
{
    [Theory]
    [InlineData("steamcmd:740", "steamcmd", "740")]
    [InlineData("docker:game", "docker", "game")]
    [InlineData("docker:registry.example:5000/team/game-server:1.2_3", "docker", "registry.example:5000/team/game-server:1.2_3")]
    [InlineData("folder:/srv/my game", "folder", "/srv/my game")]
    [InlineData(@"folder:C:\Games\Mine", "folder", @"C:\Games\Mine")]
    public void An_id_is_read_and_printed(string text, string kind, string identifier)
    {
        var id = GameId.Parse(text);

        Assert.Equal((kind, identifier, text), (id.Kind, id.Identifier, id.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("740")]
    [InlineData("epic:1")]
    [InlineData("steamcmd:")]
    [InlineData("steamcmd:-1")]
    [InlineData("steamcmd:0")]
    [InlineData("steamcmd:740 +quit")]
    [InlineData("steamcmd:99999999999")]
    [InlineData("docker:")]
    [InlineData("docker:Game")]
    [InlineData("docker:game image")]
    [InlineData("docker:--privileged")]
    [InlineData("docker:game\n")]
    [InlineData("docker:game@sha256:12")]
    [InlineData("folder:games/mine")]
    [InlineData("folder:/srv/../etc")]
    [InlineData("folder:/srv/a\0b")]
    [InlineData("folder:/srv/a\nb")]
    [InlineData("folder:/")]
    [InlineData(@"folder:C:\")]
    [InlineData(@"folder:C:\Games\..\Windows")]
    public void What_is_no_id_is_refused(string? text) =>
        Assert.Equal("invalid_game_id", Assert.Throws<ServerException>(() => GameId.Parse(text)).Code);
}
