using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Sessions;

/// <summary>A fleet of this host.</summary>
/// <param name="control">The fleet's writer.</param>
/// <param name="fleet">Which fleet; null for the default one.</param>
internal sealed class HostSessionFleet(FleetControl control, SessionTarget? fleet = null) : ISessionFleet
{
    private readonly SessionTarget _fleet = fleet ?? new SessionTarget { FleetId = FleetModel.DefaultFleetId };

    public async Task<SessionGame> CreateAsync(string name, int maximumPlayers, string token, CancellationToken cancellation) =>
        Of(await control.ChangeAsync(
            model => model.CreateGameSession(new NewGameSession
            {
                FleetId = _fleet.FleetId,
                AliasId = _fleet.AliasId,
                Location = _fleet.Location,
                MaximumPlayerSessionCount = maximumPlayers,
                Name = name,
                IdempotencyToken = token,
            }),
            cancellation).ConfigureAwait(false));

    public Task<SessionGame?> FindLivingAsync(string idPrefix, CancellationToken cancellation)
    {
        var found = Open().FirstOrDefault(session => session.Status is GameSessionStatus.ACTIVATING or GameSessionStatus.ACTIVE
            && session.IdempotencyToken?.StartsWith(idPrefix, StringComparison.Ordinal) == true);
        return Task.FromResult(found is null ? null : Of(found));
    }

    public Task<IReadOnlyList<SessionGame>> FindJoinableAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SessionGame>>(
        [.. Open().Where(session => session.Status == GameSessionStatus.ACTIVE).Select(Of).Where(session => session.IsJoinable)]);

    public Task<SessionGame> GetAsync(string gameSessionId, CancellationToken cancellation) =>
        Task.FromResult(Of(control.Read(model => model.GetGameSession(gameSessionId))));

    public async Task<SessionGame> WaitUntilStartedAsync(string gameSessionId, CancellationToken cancellation) => Of(await control.WaitForAsync(
        gameSessionId, session => session.Status != GameSessionStatus.ACTIVATING, cancellation).ConfigureAwait(false));

    public async Task<SessionGame> UpdateAsync(string gameSessionId, string name, int maximumPlayers, CancellationToken cancellation) =>
        Of(await control.ChangeAsync(
            model => model.UpdateGameSession(new GameSessionUpdate
            {
                GameSessionId = gameSessionId,
                Name = name,
                MaximumPlayerSessionCount = maximumPlayers,
            }),
            cancellation).ConfigureAwait(false));

    public Task EndIfEmptyAsync(string gameSessionId, CancellationToken cancellation) => control.ChangeAsync(
        model =>
        {
            if (model.GetGameSession(gameSessionId) is { CurrentPlayerSessionCount: 0, IsOpen: true })
            {
                model.TerminateGameSession(gameSessionId, TerminationMode.FORCE_TERMINATE);
            }
        },
        cancellation);

    public async Task<SessionPlayer> JoinAsync(string gameSessionId, string playerId, CancellationToken cancellation) =>
        Of(await control.ChangeAsync(model => model.CreatePlayerSession(gameSessionId, playerId, null), cancellation).ConfigureAwait(false));

    public async Task<SessionPlayer> PlaceAsync(string gameSessionId, string playerId, CancellationToken cancellation) =>
        Of(await control.ChangeAsync(
            model => model.PlayerSessionsOf(gameSessionId).FirstOrDefault(player => player.PlayerId == playerId && player.TakesSlot)
                ?? model.CreatePlayerSession(gameSessionId, playerId, null),
            cancellation).ConfigureAwait(false));

    public Task<IReadOnlyList<string>> FindPlacesAsync(string playerId, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>(
        control.Read(model => model.PlayerSessionsOfPlayer(playerId)
            .Where(player => player.TakesSlot).Select(player => player.GameSessionId).ToList()));

    private GameSession[] Open() => control.Read(model => model
        .OpenGameSessionsOf(model.ResolveFleet(_fleet.FleetId, _fleet.AliasId).FleetId, _fleet.Location).ToArray());

    private string ArnOf(string fleetId) => control.Read(model => model.FindFleet(fleetId)?.FleetArn) ?? "";

    private SessionGame Of(GameSession session) => new()
    {
        GameSessionId = session.GameSessionId,
        Name = session.Name,
        FleetId = session.FleetId,
        FleetArn = ArnOf(session.FleetId),
        CreationTime = session.CreationTime,
        TerminationTime = session.TerminationTime,
        CurrentPlayerSessionCount = session.CurrentPlayerSessionCount,
        MaximumPlayerSessionCount = session.MaximumPlayerSessionCount,
        Status = session.Status.ToString(),
        StatusReason = session.StatusReason?.ToString(),
        GameProperties = session.GameProperties,
        IpAddress = session.IpAddress,
        DnsName = session.DnsName,
        Port = session.Port,
        PlayerSessionCreationPolicy = session.PlayerSessionCreationPolicy.ToString(),
        CreatorId = session.CreatorId,
        GameSessionData = session.GameSessionData,
        MatchmakerData = session.MatchmakerData,
        Location = session.Location,
        ComputeName = session.ComputeName,
    };

    private SessionPlayer Of(PlayerSession player) => new()
    {
        PlayerSessionId = player.PlayerSessionId,
        PlayerId = player.PlayerId,
        GameSessionId = player.GameSessionId,
        FleetId = player.FleetId,
        FleetArn = ArnOf(player.FleetId),
        CreationTime = player.CreationTime,
        TerminationTime = player.TerminationTime,
        Status = player.Status.ToString(),
        IpAddress = player.IpAddress,
        DnsName = player.DnsName,
        Port = player.Port,
        PlayerData = player.PlayerData,
    };
}
