using System.Text.Json.Nodes;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Local;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>What <c>fleetbridge local</c> prints: lines of JSON for programs, sentences for people.</summary>
/// <param name="json">Whether a program reads it.</param>
/// <param name="httpPort">The host's plain port.</param>
internal sealed class LocalOutput(bool json, int httpPort)
{
    private static readonly string[] ForPrograms =
        [LocalEvent.ProcessReady, LocalEvent.ProcessEnded, LocalEvent.SessionCreated, LocalEvent.SessionEnded];

    /// <summary>What to do once a host is there.</summary>
    public static string NextSteps(int httpPort) =>
        $"""
          GameLift API    aws gamelift describe-game-sessions --fleet-id fleet-local --endpoint-url http://127.0.0.1:{httpPort}
          session routes  http://127.0.0.1:{httpPort}/create_session, /find_session, /join_session
          a session       fleetbridge session create --url http://127.0.0.1:{httpPort}
        """;

    /// <summary>Shows what has happened.</summary>
    public void Show(LocalEvent happened)
    {
        if (json)
        {
            if (ForPrograms.Contains(happened.Name))
            {
                Console.Out.WriteLine(happened.ToJson().ToJsonString());
            }
        }
        else if (Words(happened) is { } words)
        {
            Terminal.WriteLine(Terminal.Out, VisibleText.Of(words));
        }
    }

    /// <summary>Shows what a server in an IDE has to be given.</summary>
    public void Show(JsonObject exec)
    {
        foreach (var line in json ? [exec.ToJsonString()] : ExecServer.ToLines(exec))
        {
            Console.Out.WriteLine(line);
        }
    }

    private string? Words(LocalEvent happened)
    {
        var server = happened.Server ?? happened.ProcessId;
        return happened.Name switch
        {
            LocalEvent.ProcessReady => $"{server} is ready on port {happened.Port}.",
            LocalEvent.SessionCreated => $"{server} gets the game session {happened.GameSessionId}.",
            LocalEvent.SessionActive => $"The game session is ACTIVE at {happened.IpAddress}:{happened.Port}. To join it: "
                + $"fleetbridge session join --url http://127.0.0.1:{httpPort} --session {happened.GameSessionId}",
            LocalEvent.SessionEnded => $"The game session {happened.GameSessionId} is {happened.Status}.",
            LocalEvent.ProcessEnded => $"{server} has ended{(happened.ExitCode is { } code ? $" with {code}" : "")}"
                + $"{(happened.RestartSeconds is { } pause ? $"; it starts again in {pause:0} s" : "")}.",
            LocalEvent.Output => $"{server}: {happened.Text}",
            _ => happened.Text,
        };
    }
}
