using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace FleetBridge.Fleet.Servers;

/// <summary>What is installed, and how: <c>steamcmd:&lt;app id&gt;</c>, <c>docker:&lt;image&gt;</c> or <c>folder:&lt;absolute
/// path&gt;</c>.</summary>
[JsonConverter(typeof(GameIdConverter))]
internal sealed partial record GameId
{
    /// <summary>The kind of a game that SteamCMD installs; its identifier is the app id.</summary>
    public const string SteamCmd = "steamcmd";

    /// <summary>The kind of a game in a container; its identifier is the image.</summary>
    public const string Docker = "docker";

    /// <summary>The kind of a game that lies in a folder of the worker's machine; its identifier is the absolute path.</summary>
    public const string Folder = "folder";

    private const string Code = "invalid_game_id";
    private const int LongestImage = 400;
    private const int LongestPath = 4_096;

    private GameId(string kind, string identifier) => (Kind, Identifier) = (kind, identifier);

    /// <summary>One of the three kinds.</summary>
    public string Kind { get; }

    /// <summary>The app id, the image or the path.</summary>
    public string Identifier { get; }

    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The id.</returns>
    /// <exception cref="ServerException"><c>invalid_game_id</c>.</exception>
    public static GameId Parse(string? text)
    {
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0)
        {
            throw new ServerException(Code, "game_id has to be steamcmd:<app id>, docker:<image> or folder:<absolute path>.");
        }

        var identifier = text![(colon + 1)..];
        var (kind, objection) = text[..colon] switch
        {
            SteamCmd => (SteamCmd, IsAppId(identifier) ? null : "An app id of Steam is a number, such as steamcmd:740."),
            Docker => (Docker, identifier.Length <= LongestImage && Image.IsMatch(identifier)
                ? null : "An image has a name in lower case and may have a registry and a tag, such as docker:registry.example/game:1.2."),
            Folder => (Folder, ObjectToPath(identifier)),
            _ => ("", "game_id begins with steamcmd:, docker: or folder:."),
        };
        return objection is null ? new GameId(kind, identifier) : throw new ServerException(Code, objection);
    }

    public override string ToString() => $"{Kind}:{Identifier}";

    private static bool IsAppId(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 && text[0] != '0';

    /// <summary>The path is one of the worker's machine, which may run another system than this one.</summary>
    private static string? ObjectToPath(string path)
    {
        var isUnix = path.StartsWith('/');
        var isWindows = path.StartsWith(@"\\", StringComparison.Ordinal)
            || (path.Length >= 3 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] is '\\' or '/');
        var parts = path.Split(isWindows ? ['/', '\\'] : ['/'], StringSplitOptions.RemoveEmptyEntries);
        return !isUnix && !isWindows ? "The path of a folder has to be absolute, such as folder:/srv/game."
            : path.Length > LongestPath ? "The path of the folder is too long."
            : path.Any(char.IsControl) ? "The path of a folder has no control characters."
            : parts.Contains("..") || parts.Contains(".") ? "The path of a folder has no . and .. in it."
            : parts.Length == (isWindows && path[1] == ':' ? 1 : 0) ? "A whole disk is no game: name the game's own folder."
            : null;
    }

    [GeneratedRegex(
        @"\A(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?/)?"
        + @"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*"
        + @"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[a-f0-9]{64})?\z")]
    private static partial Regex Image { get; }
}

/// <summary>An id of a game as a JSON string.</summary>
internal sealed class GameIdConverter : JsonConverter<GameId>
{
    public override GameId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return GameId.Parse(reader.TokenType == JsonTokenType.String ? reader.GetString() : null);
        }
        catch (ServerException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, GameId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
