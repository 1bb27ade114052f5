namespace FleetBridge.Tests.Support;

/// <summary>
/// A game server that behaves as its arguments say, well or badly: see Fixtures/GameServer/game_server.c. Call
/// <c>Requires.GameServerProgram()</c> first.
/// </summary>
internal static class GameServerProgram
{
    /// <summary>Its name in a build.</summary>
    public const string Name = "game_server";

    private static readonly CompiledFixture Fixture = new("GameServer", "game_server.c");

    /// <summary>The program itself.</summary>
    public static string Path => Fixture.Program;

    /// <summary>Makes a game's build: the program at <c>bin/game_server</c>, and a file beside it.</summary>
    /// <param name="folder">The build's folder.</param>
    /// <returns>The folder, for <c>folder:</c> games; the executable in it is <c>bin/game_server</c>.</returns>
    public static string BuildIn(string folder)
    {
        Fixture.CopyTo(folder, System.IO.Path.Combine("bin", Name));
        File.WriteAllText(System.IO.Path.Combine(folder, "server.cfg"), "motd=hello\n");
        return folder;
    }
}
