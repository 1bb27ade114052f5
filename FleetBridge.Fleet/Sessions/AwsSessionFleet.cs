using Amazon;
using Amazon.GameLift;
using Amazon.GameLift.Model;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using FleetBridge.Fleet.Model;
using AwsGameSession = Amazon.GameLift.Model.GameSession;
using AwsPlayerSession = Amazon.GameLift.Model.PlayerSession;
using GameSessionStatus = FleetBridge.Fleet.Model.GameSessionStatus;

namespace FleetBridge.Fleet.Sessions;

/// <summary>A fleet of GameLift on AWS, with the credentials of a profile. The SDK's own chain finds them: nothing is unloaded here.</summary>
internal sealed class AwsSessionFleet : ISessionFleet, IDisposable
{
    private const string Joinable = "hasAvailablePlayerSessions=true";
    private const string OldestFirst = "creationTimeMillis ASC";

    /// <summary>How often GameLift is asked whether a session is ACTIVE.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly SessionTarget _target;
    private readonly TimeProvider _clock;
    private readonly AmazonGameLiftClient _client;

    /// <summary>Finds the credentials, without a call.</summary>
    /// <exception cref="FleetException">ServiceUnavailable: there are none.</exception>
    public AwsSessionFleet(SessionTarget target, TimeProvider clock)
    {
        (_target, _clock) = (target, clock);
        try
        {
            _client = CreateClient(target);
        }
        catch (Exception exception) when (exception is AmazonClientException or InvalidDataException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            // the SDK reads every profile, and one line that it cannot read ends them all
            throw Unavailable(
                $"The AWS SDK cannot use {(target.ProfileName is { } name ? $"the profile '{name}'" : "the credentials")}: {exception.Message} "
                + "Correct AWS's files, or name the region with --region-name if it is missing; the next request reads them again.",
                exception);
        }
    }

    public void Dispose() => _client.Dispose();

    public async Task<SessionGame> CreateAsync(string name, int maximumPlayers, string token, CancellationToken cancellation) =>
        Of((await CallAsync(() => _client.CreateGameSessionAsync(
            new CreateGameSessionRequest
            {
                FleetId = _target.FleetId,
                AliasId = _target.AliasId,
                Location = _target.Location,
                MaximumPlayerSessionCount = maximumPlayers,
                Name = name,
                IdempotencyToken = token,
            },
            cancellation)).ConfigureAwait(false)).GameSession!);

    public async Task<SessionGame?> FindLivingAsync(string idPrefix, CancellationToken cancellation)
    {
        foreach (var status in new[] { nameof(GameSessionStatus.ACTIVATING), nameof(GameSessionStatus.ACTIVE) })
        {
            var found = (await DescribeAsync(status, cancellation).ConfigureAwait(false))
                .Find(session => session.ShortId.StartsWith(idPrefix, StringComparison.Ordinal));
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    public async Task<IReadOnlyList<SessionGame>> FindJoinableAsync(CancellationToken cancellation) =>
        [.. (await PagesAsync(
            async token =>
            {
                var page = await _client.SearchGameSessionsAsync(
                    new SearchGameSessionsRequest
                    {
                        FleetId = _target.FleetId,
                        AliasId = _target.AliasId,
                        Location = _target.Location,
                        FilterExpression = Joinable,
                        SortExpression = OldestFirst,
                        NextToken = token,
                    },
                    cancellation).ConfigureAwait(false);
                return (page.GameSessions, page.NextToken);
            }).ConfigureAwait(false)).Select(Of).Where(session => session.IsJoinable)];

    public async Task<SessionGame> GetAsync(string gameSessionId, CancellationToken cancellation)
    {
        var found = await CallAsync(() => _client.DescribeGameSessionsAsync(
            new DescribeGameSessionsRequest { GameSessionId = gameSessionId }, cancellation)).ConfigureAwait(false);
        return found.GameSessions is [var session, ..]
            ? Of(session)
            : throw new FleetException(FleetErrors.NotFound, $"Game session {gameSessionId} not found.");
    }

    public async Task<SessionGame> WaitUntilStartedAsync(string gameSessionId, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var session = await GetAsync(gameSessionId, cancellation).ConfigureAwait(false);
                if (session.Status != nameof(GameSessionStatus.ACTIVATING))
                {
                    return session;
                }
            }
            catch (FleetException exception) when (exception.Code == FleetErrors.NotFound)
            {
                // GameLift does not know it yet
            }

            await Task.Delay(Interval, _clock, cancellation).ConfigureAwait(false);
        }
    }

    public async Task<SessionGame> UpdateAsync(string gameSessionId, string name, int maximumPlayers, CancellationToken cancellation) =>
        Of((await CallAsync(() => _client.UpdateGameSessionAsync(
            new UpdateGameSessionRequest { GameSessionId = gameSessionId, Name = name, MaximumPlayerSessionCount = maximumPlayers },
            cancellation)).ConfigureAwait(false)).GameSession!);

    public async Task EndIfEmptyAsync(string gameSessionId, CancellationToken cancellation)
    {
        if ((await GetAsync(gameSessionId, cancellation).ConfigureAwait(false)).CurrentPlayerSessionCount == 0)
        {
            await CallAsync(() => _client.TerminateGameSessionAsync(
                new TerminateGameSessionRequest { GameSessionId = gameSessionId, TerminationMode = "FORCE_TERMINATE" },
                cancellation)).ConfigureAwait(false);
        }
    }

    public async Task<SessionPlayer> JoinAsync(string gameSessionId, string playerId, CancellationToken cancellation) =>
        Of((await CallAsync(() => _client.CreatePlayerSessionAsync(
            new CreatePlayerSessionRequest { GameSessionId = gameSessionId, PlayerId = playerId },
            cancellation)).ConfigureAwait(false)).PlayerSession!);

    public async Task<SessionPlayer> PlaceAsync(string gameSessionId, string playerId, CancellationToken cancellation)
    {
        var places = await PlacesAsync(new DescribePlayerSessionsRequest { GameSessionId = gameSessionId }, cancellation).ConfigureAwait(false);
        return places.Find(place => place.PlayerId == playerId && place.IsPresent)
            ?? await JoinAsync(gameSessionId, playerId, cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<string>> FindPlacesAsync(string playerId, CancellationToken cancellation)
    {
        var places = await PlacesAsync(new DescribePlayerSessionsRequest { PlayerId = playerId }, cancellation).ConfigureAwait(false);
        return [.. places.Where(place => place.IsPresent).Select(place => place.GameSessionId)];
    }

    private static AmazonGameLiftClient CreateClient(SessionTarget target)
    {
        var config = new AmazonGameLiftConfig();
        AWSCredentials? credentials = null;
        if (target.ProfileName is { } name)
        {
            var chain = new CredentialProfileStoreChain();
            if (!chain.TryGetProfile(name, out var profile) || !chain.TryGetAWSCredentials(name, out credentials))
            {
                throw Unavailable($"There is no usable AWS profile '{name}'. Create it with 'aws configure --profile {name}'.");
            }

            config.Profile = new Profile(name);
            config.RegionEndpoint = profile.Region ?? config.RegionEndpoint;
        }

        if (target.RegionName is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return new AmazonGameLiftClient(credentials ?? Environment(), config);
    }

    private static AWSCredentials Environment()
    {
        try
        {
            return new EnvironmentVariablesAWSCredentials();
        }
        catch (InvalidOperationException)
        {
            return new CredentialProfileStoreChain().TryGetAWSCredentials("default", out var credentials)
                ? credentials
                : throw Unavailable("There are no AWS credentials. Name a profile with --profile-name.");
        }
    }

    private static FleetException Unavailable(string message, Exception? inner = null) => new(SessionErrors.Unavailable, message, inner);

    private static async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode is { Length: > 0 } code)
        {
            throw new FleetException(code, exception.Message, exception);
        }
        catch (Exception exception) when (exception is AmazonClientException or HttpRequestException or IOException)
        {
            throw Unavailable($"GameLift cannot be asked: {exception.Message}", exception);
        }
    }

    private static async Task<List<T>> PagesAsync<T>(Func<string?, Task<(List<T>? Items, string? NextToken)>> read)
    {
        var all = new List<T>();
        string? token = null;
        do
        {
            var (items, next) = await CallAsync(() => read(token)).ConfigureAwait(false);
            all.AddRange(items ?? []);
            token = next;
        }
        while (token is { Length: > 0 });
        return all;
    }

    private static SessionGame Of(AwsGameSession session) => new()
    {
        GameSessionId = session.GameSessionId!,
        Name = session.Name,
        FleetId = session.FleetId ?? "",
        FleetArn = session.FleetArn,
        CreationTime = session.CreationTime,
        TerminationTime = session.TerminationTime,
        CurrentPlayerSessionCount = session.CurrentPlayerSessionCount ?? 0,
        MaximumPlayerSessionCount = session.MaximumPlayerSessionCount ?? 0,
        Status = session.Status?.Value ?? nameof(GameSessionStatus.ACTIVATING),
        StatusReason = session.StatusReason?.Value,
        GameProperties = [.. (session.GameProperties ?? []).Select(property => new Model.GameProperty(property.Key!, property.Value!))],
        IpAddress = session.IpAddress,
        DnsName = session.DnsName,
        Port = session.Port,
        PlayerSessionCreationPolicy = session.PlayerSessionCreationPolicy?.Value,
        CreatorId = session.CreatorId,
        GameSessionData = session.GameSessionData,
        MatchmakerData = session.MatchmakerData,
        Location = session.Location,
    };

    private static SessionPlayer Of(AwsPlayerSession player) => new()
    {
        PlayerSessionId = player.PlayerSessionId!,
        PlayerId = player.PlayerId!,
        GameSessionId = player.GameSessionId!,
        FleetId = player.FleetId,
        FleetArn = player.FleetArn,
        CreationTime = player.CreationTime,
        TerminationTime = player.TerminationTime,
        Status = player.Status?.Value ?? "",
        IpAddress = player.IpAddress,
        DnsName = player.DnsName,
        Port = player.Port,
        PlayerData = player.PlayerData,
    };

    private async Task<List<SessionGame>> DescribeAsync(string status, CancellationToken cancellation) =>
        [.. (await PagesAsync(
            async token =>
            {
                var page = await _client.DescribeGameSessionsAsync(
                    new DescribeGameSessionsRequest
                    {
                        FleetId = _target.FleetId,
                        AliasId = _target.AliasId,
                        Location = _target.Location,
                        StatusFilter = status,
                        NextToken = token,
                    },
                    cancellation).ConfigureAwait(false);
                return (page.GameSessions, page.NextToken);
            }).ConfigureAwait(false)).Select(Of)];

    private async Task<List<SessionPlayer>> PlacesAsync(DescribePlayerSessionsRequest request, CancellationToken cancellation) =>
        [.. (await PagesAsync(
            async token =>
            {
                request.NextToken = token;
                var page = await _client.DescribePlayerSessionsAsync(request, cancellation).ConfigureAwait(false);
                return (page.PlayerSessions, page.NextToken);
            }).ConfigureAwait(false)).Select(Of)];
}
