using System.Globalization;
using System.Text;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>
/// What a game server asks for. Each request gets one answer, and what is repeated with the same RequestId the same one: the SDK
/// for C++ repeats what went unanswered, also on a new connection and after a restart of the host.
/// </summary>
internal sealed class ServerRequests(SdkConnection connection, FleetControl control, ServerBackfills backfills, ServerHints hints)
{
    /// <summary>The action that shows that a server can take pushes.</summary>
    public const string Heartbeat = "HeartbeatServerProcess";

    private const string Activate = "ActivateServerProcess";

    /// <summary>A page of DescribePlayerSessions: the C++ SDK as Unreal builds it has room for no more.</summary>
    private const int PageSize = 50;

    private const int LargestPage = 1024;

    private static readonly string[] Actions =
    [
        Activate, Heartbeat, "ActivateGameSession", "AcceptPlayerSession", "RemovePlayerSession",
        "UpdatePlayerSessionCreationPolicy", "DescribePlayerSessions", "StartMatchBackfill", "StopMatchBackfill", "GetComputeCertificate",
        "GetFleetRoleCredentials", "TerminateServerProcess",
    ];

    private string ProcessId => connection.ProcessId;

    /// <summary>Handles a message, and answers it.</summary>
    public async Task HandleAsync(ReadOnlyMemory<byte> message)
    {
        using var request = SdkRequest.TryRead(message, out var problem);
        if (request is null)
        {
            Refuse("", "", StatusCodes.Status400BadRequest, problem);
            return;
        }

        try
        {
            var answer = await AnswerAsync(request).ConfigureAwait(false);
            connection.Socket.Send(answer);
        }
        catch (SdkRequestException exception)
        {
            Refuse(request.Action, request.RequestId, StatusCodes.Status400BadRequest, exception.Message);
        }
        catch (FleetException exception)
        {
            Refuse(request.Action, request.RequestId, RequestAnswer.StatusOf(exception.Code), exception.Message);
        }
        catch (ObjectDisposedException)
        {
            // the host stops: the server connects again to the next one, and repeats its request
        }
        catch (Exception exception)
        {
            hints.Bug(exception.GetType().Name, exception.Message);
            hints.Trace(exception.ToString());
            Refuse(
                request.Action,
                request.RequestId,
                StatusCodes.Status500InternalServerError,
                "A bug in FleetBridge. The host's log file has the trace; please report it.");
        }

        connection.Answered(request.Action);
    }

    private async Task<byte[]> AnswerAsync(SdkRequest request) =>
        Array.Find(Actions, action => action.Equals(request.Action, StringComparison.OrdinalIgnoreCase)) switch
        {
            Activate => await ChangeAsync(request, Activation(request)).ConfigureAwait(false),
            Heartbeat => await HeartbeatAsync(request).ConfigureAwait(false),
            "ActivateGameSession" => await ChangeAsync(request, ActivateGameSession(request)).ConfigureAwait(false),
            "AcceptPlayerSession" => await ChangeAsync(request, AcceptPlayerSession(request)).ConfigureAwait(false),
            "RemovePlayerSession" => await ChangeAsync(request, RemovePlayerSession(request)).ConfigureAwait(false),
            "UpdatePlayerSessionCreationPolicy" => await ChangeAsync(request, UpdatePolicy(request)).ConfigureAwait(false),
            "TerminateServerProcess" => await ChangeAsync(request, fleet => fleet.TerminateServerProcess(ProcessId)).ConfigureAwait(false),
            "DescribePlayerSessions" => DescribePlayerSessions(request),
            "StartMatchBackfill" => StartMatchBackfill(request),
            "StopMatchBackfill" => StopMatchBackfill(request),
            "GetComputeCertificate" => GetComputeCertificate(request),
            "GetFleetRoleCredentials" => GetFleetRoleCredentials(request),
            _ => throw new SdkRequestException(request.Action.Length == 0
                ? "The message has no Action, so GameLift cannot know what is asked for."
                : $"GameLift has no action '{request.Action}' for game servers. It has {string.Join(", ", Actions)}."),
        };

    /// <summary>Makes a change, or gives the answer that the same request got before.</summary>
    private async Task<byte[]> ChangeAsync(SdkRequest request, Action<FleetModel> change)
    {
        if (request.RequestId.Length == 0)
        {
            throw new SdkRequestException($"{request.Action} has no RequestId, so its answer could not be told from a push.");
        }

        var answer = await control.ChangeAsync(fleet => fleet.Answer(ProcessId, request.RequestId, change), CancellationToken.None)
            .ConfigureAwait(false);
        if (answer.StatusCode == RequestAnswer.Ok)
        {
            return SdkFrame.Answer(request.Action, request.RequestId);
        }

        hints.Refused(ProcessId, request.Action, answer.StatusCode, answer.ErrorMessage ?? "");
        return SdkFrame.Refusal(request.Action, request.RequestId, answer.StatusCode, answer.ErrorMessage ?? "");
    }

    private Action<FleetModel> Activation(SdkRequest request)
    {
        var activation = new ServerActivation
        {
            ProcessId = ProcessId,
            ConnectionNumber = connection.Number,
            Port = request.Number("Port"),
            SdkLanguage = request.TextOrNull("SdkLanguage"),
            SdkVersion = request.TextOrNull("SdkVersion"),
            SdkToolName = request.TextOrNull("SdkToolName"),
            SdkToolVersion = request.TextOrNull("SdkToolVersion"),
            LogPaths = request.Texts("LogPaths"),
        };
        return activation.Port is >= 0 and <= ushort.MaxValue
            ? fleet => fleet.ActivateServerProcess(activation)
            : throw new SdkRequestException($"Port is {activation.Port}, which is no port (0 to {ushort.MaxValue}).");
    }

    /// <summary>Not remembered by its RequestId: a server sends one a minute, and a repeated one does no harm.</summary>
    private async Task<byte[]> HeartbeatAsync(SdkRequest request)
    {
        var isHealthy = request.Flag("HealthStatus");
        await control.ChangeAsync(fleet => fleet.Heartbeat(ProcessId, isHealthy), CancellationToken.None).ConfigureAwait(false);
        return SdkFrame.Answer(request.Action, request.RequestId);
    }

    private Action<FleetModel> ActivateGameSession(SdkRequest request)
    {
        var session = request.Text("GameSessionId");
        return fleet => fleet.ActivateGameSession(ProcessId, session);
    }

    private Action<FleetModel> AcceptPlayerSession(SdkRequest request)
    {
        var (session, player) = (request.Text("GameSessionId"), request.Text("PlayerSessionId"));
        return fleet => fleet.AcceptPlayerSession(ProcessId, session, player);
    }

    private Action<FleetModel> RemovePlayerSession(SdkRequest request)
    {
        var (session, player) = (request.Text("GameSessionId"), request.Text("PlayerSessionId"));
        return fleet => fleet.RemovePlayerSession(ProcessId, session, player);
    }

    private Action<FleetModel> UpdatePolicy(SdkRequest request)
    {
        var (session, policy) = (request.Text("GameSessionId"), OneOf<PlayerSessionCreationPolicy>(request, "PlayerSessionPolicy")
            ?? throw new SdkRequestException($"{request.Action} needs PlayerSessionPolicy, which is missing or empty."));
        return fleet => fleet.UpdatePlayerSessionCreationPolicy(ProcessId, session, policy);
    }

    private byte[] DescribePlayerSessions(SdkRequest request)
    {
        var (session, player, id) = (request.TextOrNull("GameSessionId"), request.TextOrNull("PlayerId"), request.TextOrNull("PlayerSessionId"));
        if (new[] { session, player, id }.Count(one => one is not null) != 1)
        {
            throw new SdkRequestException("DescribePlayerSessions needs exactly one of GameSessionId, PlayerId and PlayerSessionId.");
        }

        var status = OneOf<PlayerSessionStatus>(request, "PlayerSessionStatusFilter");
        var limit = request.Number("Limit") is > 0 and <= LargestPage and var asked ? asked : PageSize;
        limit = connection.Language == ServerHints.Cpp ? Math.Min(limit, PageSize) : limit;
        var start = ReadToken(request.TextOrNull("NextToken"));
        var players = control.Read(fleet => (session is not null
                ? fleet.PlayerSessionsOf(fleet.GetGameSession(session).GameSessionId).Where(one => status is null || one.Status == status)
                : player is not null ? fleet.PlayerSessionsOfPlayer(player) : [fleet.GetPlayerSession(id!)])
            .Skip(start).Take(limit + 1).ToList());
        var next = players.Count > limit ? WriteToken(start + limit) : null;
        return SdkFrame.Answer(
            request.Action, request.RequestId, json => SdkFrame.WritePlayerSessions(json, players.Take(limit), next));
    }

    private byte[] StartMatchBackfill(SdkRequest request)
    {
        _ = request.Text("MatchmakingConfigurationArn");
        var session = OwnGameSession(request.Text("GameSessionArn"));
        var ticket = backfills.Start(session, request.TextOrNull("TicketId"));
        return SdkFrame.Answer(request.Action, request.RequestId, json => json.WriteString("TicketId", ticket));
    }

    private byte[] StopMatchBackfill(SdkRequest request)
    {
        backfills.Stop(OwnGameSession(request.Text("GameSessionArn")), request.Text("TicketId"));
        return SdkFrame.Answer(request.Action, request.RequestId);
    }

    private byte[] GetComputeCertificate(SdkRequest request)
    {
        var compute = control.Read(fleet => fleet.GetCompute(connection.FleetId, connection.ComputeName));
        return SdkFrame.Answer(request.Action, request.RequestId, json =>
        {
            SdkFrame.WriteText(json, "CertificatePath", compute.CertificatePath);
            json.WriteString("ComputeName", compute.ComputeName);
        });
    }

    /// <summary>A compute of an ANYWHERE fleet has no role: the SDKs say so to the game when the key's id is empty.</summary>
    private static byte[] GetFleetRoleCredentials(SdkRequest request) => SdkFrame.Answer(request.Action, request.RequestId, json =>
    {
        foreach (var name in (ReadOnlySpan<string>)["AssumedRoleUserArn", "AssumedRoleId", "AccessKeyId", "SecretAccessKey", "SessionToken"])
        {
            json.WriteString(name, "");
        }

        json.WriteNumber("Expiration", 0);
    });

    private GameSession OwnGameSession(string id)
    {
        var session = control.Read(fleet => fleet.GetGameSession(id));
        return session.ProcessId == ProcessId && session.IsOpen
            ? session
            : throw new SdkRequestException($"The game session {id} is not one that this server process has at present.");
    }

    private static T? OneOf<T>(SdkRequest request, string name)
        where T : struct, Enum => request.TextOrNull(name) is not { } text
            ? null
            : Enum.TryParse<T>(text, ignoreCase: true, out var value) && !char.IsAsciiDigit(text[0])
                ? value
                : throw new SdkRequestException($"{name} is '{text}'; it can be {string.Join(" or ", Enum.GetNames<T>())}.");

    private static string WriteToken(int start) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"players:{start}"));

    private static int ReadToken(string? token)
    {
        if (token is null)
        {
            return 0;
        }

        var bytes = new byte[64];
        return Convert.TryFromBase64String(token, bytes, out var count)
            && Encoding.ASCII.GetString(bytes, 0, count).Split(':') is ["players", var text]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? start
            : throw new SdkRequestException("NextToken is not one that GameLift has given.");
    }

    private void Refuse(string action, string requestId, int status, string reason)
    {
        hints.Refused(ProcessId, action.Length == 0 ? "a message" : action, status, reason);
        connection.Socket.Send(SdkFrame.Refusal(action, requestId, status, reason));
    }
}
