using FleetBridge.Core.Security;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Workers.Routes;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Worker.Api;

/// <summary>
/// The worker's private API: <c>/status</c>, <c>/freeze</c>, <c>/thaw</c>, <c>/shutdown</c>, <c>/server</c> and what is below. Whoever calls
/// has been let in already.
/// </summary>
/// <param name="core">The worker.</param>
/// <param name="workerId">Its id.</param>
/// <param name="shutDown">Begins to stop the servers and then the worker.</param>
/// <param name="clock">The clock.</param>
internal sealed class WorkerRoutes(WorkerCore core, string workerId, Action shutDown, TimeProvider clock)
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(60);

    private volatile bool _isShuttingDown;

    /// <summary>What can be seen of the link to the host.</summary>
    public Func<HostLinkStatus?> HostLink { get; init; } = () => null;

    /// <summary>Responds to a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context).ConfigureAwait(false);
        }
        catch (ServerException exception)
        {
            await Problems.WriteAsync(context, exception).ConfigureAwait(false);
        }
        catch (WorkerException exception)
        {
            await Problems.WriteAsync(context, new ServerException("internal_error", exception.Message)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the client has gone
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var segments = (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (context.Request.Method, segments) switch
        {
            ("GET", ["status"]) => Problems.WriteAsync(context, StatusCodes.Status200OK, Status().ToJson()),
            ("POST", ["freeze"]) => DoAsync(context, core.Freeze),
            ("POST", ["thaw"]) => DoAsync(context, core.Thaw),
            ("POST", ["shutdown"]) => DoAsync(context, BeginShutdown, StatusCodes.Status202Accepted),
            ("GET", ["server"]) => RespondAsync(context, List(), WorkerApiJson.Default.PageServerObject),
            ("POST", ["server"]) => AddAsync(context),
            ("GET", ["server", var id]) => RespondAsync(context, Find(id), WorkerApiJson.Default.ServerObject),
            ("DELETE", ["server", var id]) => DeleteAsync(context, id),
            ("POST", ["server", var id, "start"]) => RunAsync(context, id, CommandType.Start, null),
            ("POST", ["server", var id, "shutdown"]) => RunAsync(context, id, CommandType.Stop, null),
            ("POST", ["server", var id, "kill"]) => RunAsync(context, id, CommandType.Kill, null),
            ("POST", ["server", var id, "command"]) => CommandAsync(context, id),
            ("GET", ["server", var id, "log"]) => LogAsync(context, id),
            (_, ["status" or "freeze" or "thaw" or "shutdown" or "server"]) or (_, ["server", _]) or
            (_, ["server", _, "start" or "shutdown" or "kill" or "command" or "log"]) => throw new ServerException(
                "method_not_allowed", $"There is no {ShortText.Of(context.Request.Method)} for this path."),
            _ => throw new ServerException("not_found", "There is no such path. GET /status and GET /server are two that there are."),
        };
    }

    private WorkerStatus Status()
    {
        var figures = core.Measure();
        return new WorkerStatus
        {
            Id = workerId,
            Status = _isShuttingDown ? WorkerState.Shutdown : core.IsFrozen ? WorkerState.Frozen : WorkerState.Alive,
            CpuPercent = figures.CpuPercent,
            MemoryBytes = figures.MemoryBytes,
            DiskFreeBytes = figures.DiskFreeBytes,
            Servers = figures.Servers,
            HostLink = HostLink(),
        };
    }

    private Page<ServerObject> List()
    {
        var desired = core.Desired.ToDictionary(server => server.Id);
        var figures = core.Measure().Servers.ToDictionary(server => server.Id);
        return new Page<ServerObject>(
            [
                .. core.Observed.Where(server => !server.IsGone && desired.ContainsKey(server.Id))
                    .Select(server => Describe(server, desired[server.Id], figures.GetValueOrDefault(server.Id))),
            ],
            null);
    }

    private ServerObject Find(string id) => List().Items.FirstOrDefault(server => server.Id == id) ?? throw new ServerException(
        "server_not_found", $"This worker has no server {ShortText.Of(id)}.");

    private ServerObject Describe(ObservedServer server, DesiredServer desired, ServerFigures? figures) => new()
    {
        Id = server.Id,
        WorkerId = workerId,
        GameId = desired.GameId,
        DesiredState = desired.DesiredState,
        State = server.State,
        Pid = server.Pid,
        StartedAt = server.StartedAt,
        ExitCode = server.ExitCode,
        Signal = server.Signal,
        Reason = server.Reason,
        StoppedBy = server.StoppedBy,
        Restarts = server.Restarts,
        NextTryAt = server.NextTryAt,
        Ports = server.Ports,
        CpuPercent = figures?.CpuPercent,
        MemoryBytes = figures?.MemoryBytes,
        Progress = server.Progress,
        Configuration = desired.Configuration,
        RestartNeeded = server.Pid is not null && (server.ConfigurationVersion != desired.ConfigurationVersion || server.IsOutdated),
    };

    private void BeginShutdown()
    {
        _isShuttingDown = true;
        shutDown();
    }

    private async Task AddAsync(HttpContext context)
    {
        var request = await RouteBody.ReadAsync(context, WorkerApiJson.Default.LocalServerRequest).ConfigureAwait(false);
        var game = GameId.Parse(request.GameId);
        if (ServerConfigurationRules.Check(request.Configuration, game) is [var problem, ..])
        {
            throw new ServerException("invalid_configuration", $"{problem.Path} {problem.Message}");
        }

        if (core.IsFrozen)
        {
            throw new ServerException("worker_frozen", "The worker is frozen and takes no new servers.");
        }

        var id = Guid.CreateVersion7().ToString("N");
        await core.AddLocalAsync(new DesiredServer
        {
            Id = id,
            GameId = game,
            Configuration = request.Configuration!,
            ConfigurationVersion = 1,
            DesiredState = DesiredState.Stopped,
        }).ConfigureAwait(false);
        context.Response.Headers.Location = $"/server/{id}";
        await Problems.WriteAsync(context, StatusCodes.Status201Created, Find(id), WorkerApiJson.Default.ServerObject).ConfigureAwait(false);
    }

    private async Task DeleteAsync(HttpContext context, string id)
    {
        Find(id);
        var desired = core.Desired.First(server => server.Id == id);
        await core.ChangeDesiredAsync(desired with { IsDeleted = true, DesiredState = DesiredState.Stopped }).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task CommandAsync(HttpContext context, string id)
    {
        Find(id);
        var request = await RouteBody.ReadAsync(context, RouteJson.Default.CommandRequest).ConfigureAwait(false);
        var type = request.RequireType();
        if (type == CommandType.Stdin != request.Text is not null)
        {
            throw new ServerException("invalid_command", "text is the line of a stdin command, and of no other.");
        }

        await RunAsync(context, id, type, request.Text).ConfigureAwait(false);
    }

    /// <summary>Responds when the command has ended, however long that takes.</summary>
    private async Task RunAsync(HttpContext context, string id, CommandType type, string? text)
    {
        Find(id);
        var now = clock.GetUtcNow();
        var command = new WorkerCommand
        {
            Id = Guid.CreateVersion7().ToString("N"),
            ServerId = id,
            Type = type,
            Text = text,
            Deadline = now + CommandLimit,
        };
        var outcome = await core.RunAsync(command, context.RequestAborted).ConfigureAwait(false);
        await RespondAsync(
            context,
            new CommandObject
            {
                Id = command.Id,
                ServerId = id,
                Type = type,
                Status = outcome.Status,
                CreatedAt = now,
                EndedAt = outcome.EndedAt,
                Error = outcome.Error,
            },
            WorkerApiJson.Default.CommandObject).ConfigureAwait(false);
    }

    private async Task LogAsync(HttpContext context, string id)
    {
        Find(id);
        var request = LogQuery.Read(context.Request, id);
        var range = new LogRange { Tail = request.Tail, From = request.From, To = request.To, Follow = request.Follow };
        var response = context.Response;
        response.ContentType = request.Follow ? "text/event-stream" : "text/plain";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        var events = new LineEvents(response.BodyWriter);
        try
        {
            await core.ReadLogAsync(
                id,
                range,
                async bytes =>
                {
                    if (request.Follow)
                    {
                        events.Write(bytes.Span);
                        await response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
                    }
                    else
                    {
                        await response.BodyWriter.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
                    }
                },
                context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // half a log must not look like a whole one
            context.Abort();
        }
    }

    private static async Task DoAsync(HttpContext context, Action action, int status = StatusCodes.Status204NoContent)
    {
        action();
        context.Response.StatusCode = status;
        await context.Response.CompleteAsync().ConfigureAwait(false);
    }

    private static Task RespondAsync<T>(HttpContext context, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        Problems.WriteAsync(context, StatusCodes.Status200OK, value, type);
}
