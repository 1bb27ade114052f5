using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>A host's store with game sessions that are ACTIVE: a host that opens it has them, and waits for their servers.</summary>
internal static class FleetStore
{
    /// <summary>Makes one.</summary>
    /// <param name="file">Where.</param>
    /// <param name="sessions">How many game sessions it has.</param>
    /// <returns>The id of one of them.</returns>
    public static async Task<string> MakeAsync(string file, int sessions)
    {
        await using var control = await FleetControl.OpenAsync(
            new FleetControlOptions { StorePath = file }, NullLogger.Instance, TimeProvider.System);
        var last = "";
        for (var i = 0; i < sessions; i++)
        {
            last = await control.ChangeAsync(model => Add(model, i));
        }

        return last;
    }

    private static string Add(FleetModel model, int number)
    {
        var processId = $"process-{number}";
        var connection = model.Connected(new ServerIdentity
        {
            ProcessId = processId,
            FleetId = FleetModel.DefaultFleetId,
            ComputeName = FleetModel.DefaultComputeName,
        });
        model.ActivateServerProcess(new ServerActivation
        {
            ProcessId = processId,
            ConnectionNumber = connection.Number,
            Port = 1024 + number % 60_000,
        });
        model.Heartbeat(processId, healthy: true);
        var session = model.CreateGameSession(new NewGameSession
        {
            FleetId = FleetModel.DefaultFleetId,
            Name = $"game {number}",
            MaximumPlayerSessionCount = 1 + number % 4,
            GameProperties = [new("mode", number % 3 == 0 ? "brawl" : "duel"), new("level", $"{number % 50}")],
        });
        model.ActivateGameSession(processId, session.GameSessionId);
        if (number % 2 == 0)
        {
            model.CreatePlayerSession(session.GameSessionId, $"player-{number}", null);
        }

        return session.GameSessionId;
    }
}
