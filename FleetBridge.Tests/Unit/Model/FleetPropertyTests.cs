using System.Collections.Concurrent;
using System.Text.Json;
using CsCheck;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Store;

namespace FleetBridge.Tests.Unit.Model;

/// <summary>
/// Random orders of calls, messages, losses, undone changes, restarts and clock steps. After each step the model is compared with what
/// can be counted by hand, and with an oracle that knows only what was answered.
/// </summary>
public sealed class FleetPropertyTests
{
    /// <summary>Weighted, so that runs get far: most steps lead on, some break things.</summary>
    private static readonly int[] Weighted = [0, 0, 1, 1, 2, 2, 2, 3, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 9, 10, 11, 11, 12, 12, 13];

    [Fact]
    public void Nothing_is_counted_twice_and_nobody_plays_on_a_dead_process()
    {
        var seen = new ConcurrentDictionary<string, bool>();
        Gen.Select(Gen.Int[0, Weighted.Length - 1], Gen.Int[0, 3], Gen.Int[0, 7]).List[1, 300].Sample(
            steps =>
            {
                var run = new FleetRun(seen);
                foreach (var (kind, which, what) in steps)
                {
                    run.Step(Weighted[kind], which, what);
                    run.Check();
                }
            },
            iter: 400, threads: 2);

        // a run that reaches nothing proves nothing
        string[] all =
        [
            .. Enum.GetNames<GameSessionStatus>().Except(["ERROR"]), .. Enum.GetNames<PlayerSessionStatus>(),
            .. Enum.GetNames<PlacementStatus>(), .. Enum.GetNames<ServerProcessState>(), "full", "undone", "restarted",
        ];
        Assert.Equal([], all.Except(seen.Keys));
    }
}

/// <summary>One random run.</summary>
internal sealed class FleetRun(ConcurrentDictionary<string, bool> seen)
{
    private const int Maximum = 3;

    private readonly Dictionary<string, long> _connections = [];
    private readonly Dictionary<string, string> _sessionOfToken = [];
    private readonly Dictionary<string, string> _processOfSession = [];
    private readonly HashSet<string> _overSessions = [];
    private readonly HashSet<string> _overPlayers = [];
    private FleetModel _model = new(new FleetModelOptions());
    private DateTimeOffset _now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public void Step(int kind, int which, int what)
    {
        if (!_model.Fleets.Any())
        {
            Begin();
        }

        var process = $"p{which}";
        var savepoint = _model.Transition.Save();
        try
        {
            Act(kind, process, what);
        }
        catch (FleetException refused)
        {
            seen.TryAdd(refused.Code == FleetErrors.GameSessionFull ? "full" : "refused", true);
            _model.Transition.UndoTo(savepoint);
        }

        if (what == 7 && kind < 12 && _model.Transition.Changes.Count > savepoint.Changes)
        {
            // the store could not be written
            seen.TryAdd("undone", true);
            _model.Transition.UndoTo(savepoint);
        }
        else
        {
            Note();
        }

        _model.Transition.Clear();
    }

    private void Begin()
    {
        SetClock();
        _model.EnsureDefaults();
        _model.CreateQueue(new QueueSettings
        {
            Name = "queue",
            TimeoutInSeconds = 60,
            Destinations = [_model.GetFleet(FleetModel.DefaultFleetId).FleetArn],
        });
    }

    private void Act(int kind, string process, int what)
    {
        switch (kind)
        {
            case 0:
                _connections[process] = _model.Connected(new ServerIdentity
                {
                    ProcessId = process,
                    FleetId = FleetModel.DefaultFleetId,
                    ComputeName = FleetModel.DefaultComputeName,
                }).Number;
                break;
            case 1:
                _model.ActivateServerProcess(
                    new ServerActivation { ProcessId = process, ConnectionNumber = _connections.GetValueOrDefault(process), Port = 7777 });
                break;
            case 2:
                _model.Heartbeat(process, what != 0);
                break;
            case 3:
                _model.Disconnected(process, _connections.GetValueOrDefault(process));
                break;
            case 4:
                Create(what < 4 ? $"token-{what}" : null);
                break;
            case 5:
                _model.Answer(process, $"r{what}", m => m.ActivateGameSession(process, SessionOf(process, what)));
                break;
            case 6:
                _model.CreatePlayerSessions(
                    AnySession(what), [.. Enumerable.Range(0, 1 + (what % 2)).Select(i => new NewPlayer($"u{i}", null))]);
                break;
            case 7:
                var player = AnyPlayer(process, what);
                _model.AcceptPlayerSession(process, player.GameSessionId, player.PlayerSessionId);
                break;
            case 8:
                var leaving = AnyPlayer(process, what);
                _model.RemovePlayerSession(process, leaving.GameSessionId, leaving.PlayerSessionId);
                break;
            case 9:
                _model.TerminateGameSession(
                    AnySession(what), what % 2 == 0 ? TerminationMode.FORCE_TERMINATE : TerminationMode.TRIGGER_ON_PROCESS_TERMINATE);
                break;
            case 10 when what < 4:
                _model.TerminateServerProcess(process);
                break;
            case 10:
                _model.ProcessExited(process, what);
                break;
            case 11:
                Place(process, what);
                break;
            case 12:
                _now += TimeSpan.FromSeconds(new[] { 1, 5, 20, 61, 70, 206, 301, 3 }[what]);
                SetClock();
                _model.Tick();
                break;
            default:
                if (what < 2)
                {
                    Restart();
                }

                break;
        }
    }

    public void Check()
    {
        var sessions = _model.GameSessionsOf(FleetModel.DefaultFleetId).ToList();
        foreach (var session in sessions)
        {
            var players = _model.PlayerSessionsOf(session.GameSessionId).ToList();
            Assert.Equal(players.Count(one => one.Status is PlayerSessionStatus.RESERVED or PlayerSessionStatus.ACTIVE),
                session.CurrentPlayerSessionCount);
            Assert.True(session.CurrentPlayerSessionCount <= session.MaximumPlayerSessionCount, $"{session.GameSessionId} is overfull.");
            Assert.Equal(session.IsOpen, session.TerminationTime is null);
            Assert.Equal(_processOfSession[session.GameSessionId], session.ProcessId);
            Assert.False(session.IsOpen && _overSessions.Contains(session.GameSessionId), $"{session.GameSessionId} lives again.");
            if (!session.IsOpen)
            {
                _overSessions.Add(session.GameSessionId);
                Assert.All(players, one => Assert.False(one.TakesSlot));
            }
            else
            {
                var process = _model.FindProcess(session.ProcessId);
                Assert.True(process is { State: ServerProcessState.Hosting or ServerProcessState.Ending },
                    $"{session.GameSessionId} is on a dead process.");
                Assert.Equal(session.GameSessionId, process.GameSessionId);
                Assert.True(session.Status == GameSessionStatus.TERMINATING || process.State == ServerProcessState.Hosting,
                    "TERMINATING and Ending belong together.");
            }

            foreach (var player in players.Where(one => !one.TakesSlot))
            {
                _overPlayers.Add(player.PlayerSessionId);
            }

            Assert.All(players.Where(one => one.TakesSlot), one => Assert.DoesNotContain(one.PlayerSessionId, _overPlayers));
        }

        var open = sessions.Where(one => one.IsOpen).ToList();
        Assert.Equal(open, _model.OpenGameSessionsOf(FleetModel.DefaultFleetId));
        Assert.Equal(open.Count, open.Select(one => one.ProcessId).Distinct().Count());
        foreach (var process in _model.Processes.Where(one => one.State == ServerProcessState.Hosting))
        {
            Assert.Contains(open, one => one.GameSessionId == process.GameSessionId);
        }

        foreach (var (token, id) in _sessionOfToken)
        {
            Assert.Equal(token, _model.GetGameSession(id).IdempotencyToken);
        }
    }

    private void Note()
    {
        foreach (var change in _model.Transition.Changes)
        {
            seen.TryAdd(
                change.After switch
                {
                    GameSession session => session.Status.ToString(),
                    PlayerSession player => player.Status.ToString(),
                    Placement placement => placement.Status.ToString(),
                    ServerProcess process => process.State.ToString(),
                    _ => "other",
                },
                true);
            if (change.After is GameSession { IdempotencyToken: { } token } made)
            {
                _sessionOfToken.TryAdd(token, made.GameSessionId);
            }
        }

        foreach (var push in _model.Transition.Pushes.OfType<CreateGameSessionPush>())
        {
            var process = _model.GetProcess(push.ProcessId);
            Assert.True(process.HeartbeatSeen && process.IsConnected, "A session was pushed to a process that is not heard of.");
            Assert.False(_processOfSession.TryGetValue(push.GameSession.GameSessionId, out var other) && other != push.ProcessId,
                "A session on two processes.");
            _processOfSession[push.GameSession.GameSessionId] = push.ProcessId;
        }
    }

    private void Create(string? token)
    {
        var session = _model.CreateGameSession(new NewGameSession
        {
            FleetId = FleetModel.DefaultFleetId,
            MaximumPlayerSessionCount = Maximum,
            IdempotencyToken = token,
        });
        if (token is not null)
        {
            Assert.Equal(_sessionOfToken.GetValueOrDefault(token, session.GameSessionId), session.GameSessionId);
        }
    }

    private void Place(string process, int what)
    {
        var id = $"placement-{process}-{what % 3}";
        if (what < 5)
        {
            _model.StartPlacement(new NewPlacement
            {
                PlacementId = id,
                GameSessionQueueName = "queue",
                MaximumPlayerSessionCount = Maximum,
                DesiredPlayerSessions = [new("a", null), new("b", null)],
            });
        }
        else
        {
            _model.StopPlacement(id);
        }
    }

    /// <summary>Another host takes what was stored: no connections, and the deadlines that are left.</summary>
    private void Restart()
    {
        var next = new FleetModel(new FleetModelOptions());
        (next.Now, next.Steady) = (_now, _now);
        foreach (var (table, record) in _model.Records())
        {
            next.Load(table, StoredForm(record));
        }

        _model = next;
        seen.TryAdd("restarted", true);
        _connections.Clear();
    }

    private static IRecord StoredForm(IRecord record) =>
        FleetJson.Read(JsonSerializer.Serialize(record, record.GetType(), FleetJson.Default), record.GetType());

    private string SessionOf(string process, int what) => what == 0 ? AnySession(what) : _model.FindProcess(process)?.GameSessionId
        ?? "none";

    private string AnySession(int what)
    {
        var sessions = _model.GameSessionsOf(FleetModel.DefaultFleetId).Reverse().Take(8).ToList();
        return sessions.Count == 0 ? "none" : sessions[what % sessions.Count].GameSessionId;
    }

    private PlayerSession AnyPlayer(string process, int what)
    {
        var players = _model.PlayerSessionsOf(_model.FindProcess(process)?.GameSessionId ?? "none").ToList();
        return players.Count == 0 ? throw new FleetException("none", "none") : players[what % players.Count];
    }

    private void SetClock() => (_model.Now, _model.Steady) = (_now, _now);
}
