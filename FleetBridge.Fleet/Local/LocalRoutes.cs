using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Local;

/// <summary>
/// The routes by which this user's other programs let a host start game servers, and stop it: <c>/local/servers</c>,
/// <c>/local/variables</c> and <c>/local/stop</c>. They start programs, so a caller has to know the token in the host's folder, which only this user can read.
/// </summary>
/// <param name="tokenFile">The file with the token.</param>
/// <param name="launcher">Starts the servers.</param>
/// <param name="stop">Asks the host to stop.</param>
/// <param name="logger">Says who is refused.</param>
internal sealed partial class LocalRoutes(
    string tokenFile, Func<FleetControl, ServerLauncher> launcher, Action stop, ILogger logger)
{
    /// <summary>The name of the token's file in the host's folder.</summary>
    public const string TokenFileName = "launch-token";

    /// <summary>GET: the servers; POST: start some; DELETE: stop them.</summary>
    public const string ServersPath = "/local/servers";

    /// <summary>POST: what a server that is started elsewhere has to know.</summary>
    public const string VariablesPath = "/local/variables";

    /// <summary>POST: stop the host.</summary>
    public const string StopPath = "/local/stop";

    private const string EventStream = "application/x-ndjson";
    private const int LargestBody = 1024 * 1024;

    private readonly Lazy<AccessToken> _token = new(() => TokenFile.ReadOrMake(tokenFile));

    /// <summary>Whether a request is for one of the routes.</summary>
    public static bool Takes(HttpRequest request) =>
        request.Path == ServersPath || request.Path == VariablesPath || request.Path == StopPath;

    /// <summary>Makes the token, so that clients find it.</summary>
    public void Prepare()
    {
        try
        {
            _ = _token.Value;
        }
        catch (TokenFileException exception)
        {
            LogNoToken(exception.Message);
        }
    }

    /// <summary>Responds to a request that <see cref="Takes"/>.</summary>
    public async Task HandleAsync(HttpContext context, FleetControl control)
    {
        try
        {
            if (!_token.Value.IsIn(context.Request))
            {
                LogRefused();
                context.Response.Headers.WWWAuthenticate = AccessToken.Scheme;
                await WriteErrorAsync(
                    context, StatusCodes.Status401Unauthorized, "Unauthorized", $"Send the token in the file {tokenFile} of the host's folder.").ConfigureAwait(false);
                return;
            }

            await RouteAsync(context, control).ConfigureAwait(false);
        }
        catch (TokenFileException exception)
        {
            await WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable", exception.Message).ConfigureAwait(false);
        }
        catch (UserException exception)
        {
            await WriteErrorAsync(context, StatusCodes.Status400BadRequest, FleetErrors.InvalidRequest, exception.Message).ConfigureAwait(false);
        }
        catch (FleetException exception)
        {
            await WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Code, exception.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the client has gone
        }
    }

    private static async Task<JsonObject> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false) is > 0 and var count)
        {
            body.Write(buffer, 0, count);
            if (body.Length > LargestBody)
            {
                throw new UserException(ExitCode.Usage, "The request's body is too large.");
            }
        }

        return WireJson.Read(body.ToArray()) ?? throw new UserException(ExitCode.Usage, "The request's body is not a JSON object.");
    }

    private static Task WriteErrorAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, new JsonObject { ["error"] = code, ["message"] = message });
    }

    private static async Task WriteAsync(HttpContext context, JsonObject json)
    {
        var body = WireJson.Write(writer => WireJson.WriteMembers(writer, json));
        context.Response.ContentType = WireJson.ContentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body).ConfigureAwait(false);
    }

    private static JsonObject ToJson(FleetControl control) => control.Read(model =>
    {
        var started = LaunchedServer.AllOf(model);
        var known = model.ProcessesOf(FleetModel.DefaultFleetId).Where(process => process.State != ServerProcessState.Ended).ToList();
        var all = started.Select(ToJson)
            .Concat(known.Where(process => started.All(server => server.ProcessId != process.ProcessId)).Select(ToJson))
            .Concat(PlacedServers(model)
                .Where(placed => known.All(process => process.ProcessId != placed.ProcessId)).Select(placed => placed.Json));
        return new JsonObject { ["servers"] = new JsonArray([.. all]) };
    });

    /// <summary>The other servers that workers run, or should run, and that do not speak GameLift or not yet.</summary>
    private static List<(string? ProcessId, JsonObject Json)> PlacedServers(FleetModel model) =>
    [
        .. from server in model.PlacedAfter(long.MinValue)
           where server is { DesiredState: DesiredState.Running, IsDeleted: false, Origin: null }
           let observed = model.Observations.Find(server.ServerId)?.Observed
           select (observed?.ProcessId, ToJson(server, observed)),
    ];

    private static JsonObject ToJson(PlacedServer server, ObservedServer? observed)
    {
        var json = new JsonObject
        {
            ["name"] = server.ServerId,
            ["state"] = observed?.State switch
            {
                ServerState.Ready => nameof(ServerState.Ready),
                ServerState.Crashed or ServerState.Failed => "Restarting",
                _ => nameof(ServerProcessState.Activating),
            },
            ["started_here"] = false,
        };
        if (observed?.Pid is { } pid)
        {
            json["pid"] = pid;
        }

        if (observed is { Ports.Count: > 0 })
        {
            json["port"] = observed.Ports.First().Value;
        }

        if (observed is { State: ServerState.Failed, Reason: { } reason })
        {
            json["trouble"] = reason;
        }

        return json;
    }

    private static JsonObject ToJson(ServerProcess process) => ToJson(new LaunchedServer("", null, process), isStartedHere: false);

    private static JsonObject ToJson(LaunchedServer server) => ToJson(server, isStartedHere: true);

    private static JsonObject ToJson(LaunchedServer server, bool isStartedHere)
    {
        var json = new JsonObject
        {
            ["state"] = server.State,
            ["started_here"] = isStartedHere,
        };
        Add("name", isStartedHere ? server.Name : null);
        Add("process_id", server.Process?.ProcessId ?? server.ProcessId);
        Add("pid", server.SystemId);
        Add("port", server.Port);
        Add("game_session_id", server.Process is { State: ServerProcessState.Hosting, GameSessionId: var session } ? session : null);
        Add("trouble", server.Trouble);
        return json;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }
    }

    private async Task RouteAsync(HttpContext context, FleetControl control)
    {
        var servers = launcher(control);
        var method = context.Request.Method;
        if (context.Request.Path == VariablesPath && HttpMethods.IsPost(method))
        {
            var variables = await ServerLauncher.IntroduceAsync(control, ExecServer.ProcessId).ConfigureAwait(false);
            await WriteAsync(context, ExecServer.ToJson(variables)).ConfigureAwait(false);
        }
        else if (context.Request.Path == StopPath && HttpMethods.IsPost(method))
        {
            LogStopping();
            context.Response.OnCompleted(() =>
            {
                stop();
                return Task.CompletedTask;
            });
            await WriteAsync(context, new JsonObject { ["stopping"] = true }).ConfigureAwait(false);
        }
        else if (context.Request.Path == ServersPath && HttpMethods.IsGet(method))
        {
            await WriteAsync(context, ToJson(control)).ConfigureAwait(false);
        }
        else if (context.Request.Path == ServersPath && HttpMethods.IsDelete(method))
        {
            var stopped = await servers.StopAllAsync(CancellationToken.None).ConfigureAwait(false);
            await WriteAsync(context, new JsonObject { ["stopped"] = WireJson.ArrayOf(stopped) }).ConfigureAwait(false);
        }
        else if (context.Request.Path == ServersPath && HttpMethods.IsPost(method))
        {
            var (launch, follow) = LaunchRequest.Read(await ReadAsync(context).ConfigureAwait(false));
            await StartAsync(context, control, servers, launch, follow).ConfigureAwait(false);
        }
        else
        {
            context.Response.Headers.Allow = context.Request.Path == ServersPath ? "GET, POST, DELETE" : "POST";
            await WriteErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", $"{context.Request.Path} does not take {method}.").ConfigureAwait(false);
        }
    }

    private static async Task StartAsync(HttpContext context, FleetControl control, ServerLauncher servers, ServerLaunch launch, bool follow)
    {
        if (!follow)
        {
            await servers.StartAsync(launch, isFollowed: false).ConfigureAwait(false);
            await WriteAsync(context, ToJson(control)).ConfigureAwait(false);
            return;
        }

        var events = servers.Events.Follow(context.RequestAborted);
        var group = await servers.StartAsync(launch, isFollowed: true).ConfigureAwait(false);
        try
        {
            context.Response.ContentType = EventStream;
            await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
            await foreach (var happened in events.ReadAllAsync(context.RequestAborted).ConfigureAwait(false))
            {
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(happened.ToJson().ToJsonString() + "\n"), context.RequestAborted).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            }
        }
        finally
        {
            // the client is what keeps them running
            await servers.StopAsync(group, CancellationToken.None).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A request to start or stop game servers was refused: it has no token, or a wrong one.")]
    private partial void LogRefused();

    [LoggerMessage(LogLevel.Information, "Another program of this user stops the host.")]
    private partial void LogStopping();

    [LoggerMessage(LogLevel.Warning, "Other programs cannot let this host start game servers: {Reason}")]
    private partial void LogNoToken(string reason);
}
