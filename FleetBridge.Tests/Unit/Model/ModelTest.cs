using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Model;

/// <summary>A model with the defaults, a clock that the test moves, and short ways to a server or session in a given state.</summary>
public abstract class ModelTest
{
    private protected const string FleetId = FleetModel.DefaultFleetId;
    private protected const string P = "process-1";
    private int _requests;

    private protected ModelTest()
    {
        Model = NewModel();
        Start(Model);
    }

    private protected FleetModel Model { get; private set; }

    private protected static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private protected static FleetModel NewModel(FleetModelOptions? options = null) => new(options ?? new FleetModelOptions());

    /// <summary>Takes another model, such as a strict one.</summary>
    private protected void Start(FleetModel model)
    {
        Model = model;
        (model.Now, model.Steady) = (Noon, Noon);
        model.EnsureDefaults();
        model.Transition.Clear();
    }

    private protected void Advance(double seconds)
    {
        Model.Now += TimeSpan.FromSeconds(seconds);
        Model.Steady += TimeSpan.FromSeconds(seconds);
        Model.Tick();
    }

    private protected ServerConnection Connect(string processId = P, string? token = "made-up") => Model.Connected(new ServerIdentity
    {
        ProcessId = processId,
        FleetId = FleetId,
        ComputeName = FleetModel.DefaultComputeName,
        AuthToken = token,
        SdkLanguage = "Cpp",
        SdkVersion = "5.4.0",
    });

    private protected ServerProcess Activate(string processId, long connection, int port = 7777) => Model.ActivateServerProcess(
        new ServerActivation
        {
            ProcessId = processId,
            ConnectionNumber = connection,
            Port = port,
            SdkLanguage = "Cpp",
            SdkVersion = "5.4.0"
        });

    /// <summary>Connected, ready and heard of: free for a session.</summary>
    private protected ServerConnection Ready(string processId = P, int port = 7777)
    {
        var connection = Connect(processId);
        Activate(processId, connection.Number, port);
        Model.Heartbeat(processId, healthy: true);
        return connection;
    }

    private protected GameSession Create(string? token = null, int players = 4, string? name = null) => Model.CreateGameSession(
        new NewGameSession { FleetId = FleetId, MaximumPlayerSessionCount = players, IdempotencyToken = token, Name = name });

    /// <summary>A session that its process has activated.</summary>
    private protected GameSession Active(string processId = P, int players = 4)
    {
        Ready(processId);
        return Model.ActivateGameSession(processId, Create(players: players).GameSessionId);
    }

    private protected ServerProcess Process(string processId = P) => Model.GetProcess(processId);

    private protected GameSession Now(GameSession session) => Model.GetGameSession(session.GameSessionId);

    private protected PlayerSession Now(PlayerSession session) => Model.GetPlayerSession(session.PlayerSessionId);

    private protected RequestAnswer Ask(string processId, Action<FleetModel> act, string? requestId = null) =>
        Model.Answer(processId, requestId ?? $"request-{++_requests}", act);

    /// <summary>The pushes since the last call.</summary>
    private protected List<T> Pushes<T>() where T : Push
    {
        var pushes = Model.Transition.Pushes.OfType<T>().ToList();
        Model.Transition.Clear();
        return pushes;
    }

    private protected List<string> Warnings => [.. Model.Transition.Notices.Where(one => one.IsWarning).Select(one => one.Message)];

    private protected string? LastEvent => Model.EventsOf(FleetId).First().EventCode;

    private protected static string CodeOf(Action act) => Assert.Throws<FleetException>(act).Code;
}
