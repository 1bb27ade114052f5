using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;

namespace FleetBridge.Commands;

/// <summary>
/// A command to run with a player session, such as <c>MyGame.exe {connect} -game</c>. It is split into arguments before anything is
/// filled in, and no shell sees it.
/// </summary>
internal sealed class OpenTemplate
{
    private const string Connect = "{connect}";

    private readonly IReadOnlyList<string> _parts;

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">It is empty, or a quotation mark is missing.</exception>
    public OpenTemplate(string template)
    {
        var parts = Split(template);
        _parts = parts.Count == 0
            ? throw new FormatException("it names no program")
            : parts.Any(part => part.Contains('{', StringComparison.Ordinal)) ? parts : [.. parts, Connect];
    }

    /// <summary>What a client opens: address, port, and the player session, as Unreal's <c>open</c> takes them.</summary>
    public static string ConnectString(JsonNode player) =>
        $"{WireJson.Text(player, "IpAddress")}:{WireJson.Text(player, "Port")}?PlayerSessionId={WireJson.Text(player, "PlayerSessionId")}";

    /// <summary>The program with its arguments for a player session.</summary>
    public IReadOnlyList<string> Fill(JsonNode player) =>
    [
        .. _parts.Select(part => part
            .Replace(Connect, ConnectString(player), StringComparison.Ordinal)
            .Replace("{ip}", WireJson.Text(player, "IpAddress"), StringComparison.Ordinal)
            .Replace("{port}", WireJson.Text(player, "Port"), StringComparison.Ordinal)
            .Replace("{player_session_id}", WireJson.Text(player, "PlayerSessionId"), StringComparison.Ordinal)
            .Replace("{game_session_id}", WireJson.Text(player, "GameSessionId"), StringComparison.Ordinal)
            .Replace("{player_id}", WireJson.Text(player, "PlayerId"), StringComparison.Ordinal)),
    ];

    /// <summary>Runs the command and waits for its end.</summary>
    /// <exception cref="UserException">It cannot be started, or fails.</exception>
    public async Task RunAsync(JsonNode player, CancellationToken cancellation)
    {
        var command = Fill(player);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false })!;
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw new UserException(ExitCode.ResultFalse, $"{command[0]} ended with {process.ExitCode}.");
            }
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            throw new UserException(ExitCode.Usage, $"--open: {command[0]} cannot be started: {exception.Message}");
        }
    }

    /// <summary>Blanks separate arguments, except between quotation marks; a backslash is itself, since paths have them.</summary>
    private static List<string> Split(string template)
    {
        var parts = new List<string>();
        StringBuilder? part = null;
        char? quote = null;
        foreach (var letter in template)
        {
            if (quote is not null)
            {
                (quote, part) = letter == quote ? (null, part) : (quote, part!.Append(letter));
            }
            else if (letter is '"' or '\'')
            {
                (quote, part) = (letter, part ?? new StringBuilder());
            }
            else if (char.IsWhiteSpace(letter))
            {
                End();
            }
            else
            {
                part = (part ?? new StringBuilder()).Append(letter);
            }
        }

        if (quote is not null)
        {
            throw new FormatException($"it lacks the second {quote}");
        }

        End();
        return parts;

        void End()
        {
            if (part is not null)
            {
                parts.Add(part.ToString());
                part = null;
            }
        }
    }
}
