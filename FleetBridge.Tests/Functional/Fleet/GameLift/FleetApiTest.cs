using Amazon.Emulation.GameLift.Model;
using Amazon.Emulation.Shapes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.GameLift;

/// <summary>A fleet with its API for each test.</summary>
public abstract class FleetApiTest : IAsyncLifetime
{
    internal const string Local = "fleet-local";

    internal FleetApi Api { get; private set; } = null!;

    /// <summary>Both encodings.</summary>
    public static TheoryData<string> Wires => ["json", "cbor"];

    public async ValueTask InitializeAsync() => Api = await FleetApi.StartAsync();

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    /// <summary>An input.</summary>
    internal static FleetApi.IRequest In<T>(T shape)
        where T : class, IShape<T> => new FleetApi.Request<T>(shape);

    /// <summary>A game session that is ACTIVE.</summary>
    internal async Task<GameSession> ActiveSessionAsync(string wire, int players = 4, string? name = null, params (string Key, string Value)[] properties)
    {
        await Api.AddServerAsync();
        var created = (await Api.CallAsync<CreateGameSessionResponse>(wire, In(new CreateGameSessionRequest
        {
            FleetId = Local,
            MaximumPlayerSessionCount = players,
            Name = name,
            GameProperties = [.. properties.Select(property => new GameProperty { Key = property.Key, Value = property.Value })],
        }))).GameSession!;
        await Api.Control.WaitForAsync(
            created.GameSessionId!, session => session.Status == FleetBridge.Fleet.Model.GameSessionStatus.ACTIVE, TestContext.Current.CancellationToken);
        return await DescribedAsync(wire, created.GameSessionId!);
    }

    /// <summary>A game session as it is.</summary>
    internal async Task<GameSession> DescribedAsync(string wire, string id) => Assert.Single(
        (await Api.CallAsync<DescribeGameSessionsResponse>(wire, In(new DescribeGameSessionsRequest { GameSessionId = id }))).GameSessions!);

    /// <summary>The error that a call ends with.</summary>
    internal static async Task<string> CodeAsync(Task call) => (await Assert.ThrowsAsync<ApiFailure>(() => call)).Code;
}
