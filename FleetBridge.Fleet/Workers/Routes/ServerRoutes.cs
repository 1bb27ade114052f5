using FleetBridge.Fleet.Servers;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>The routes below <c>/server</c>.</summary>
internal static class ServerRoutes
{
    private static readonly (string, string)[] Paging =
    [
        ("limit", "How many at most, from 1 to 1000; 100 by default."),
        ("after", "The next of the part before."),
    ];

    public static IReadOnlyList<FleetRoute> All { get; } =
    [
        new()
        {
            Method = "GET",
            Path = "/server",
            Summary = "List the servers, oldest first.",
            Query = [("worker_id", "Only those of this worker."), ("game_id", "Only those of this game."), .. Paging],
            Response = ServerJson.Default.PageServerObject,
            Handle = call => call.RespondAsync(
                call.Fleet.ListServers(call.Query("worker_id"), call.Query("game_id"), call.Page), ServerJson.Default.PageServerObject),
        },
        new()
        {
            Method = "POST",
            Path = "/server",
            Summary = "Make a server. A worker installs it; then it is stopped until a start.",
            Body = RouteJson.Default.CreateServerRequest,
            Response = ServerJson.Default.ServerObject,
            Status = StatusCodes.Status201Created,
            Handle = CreateAsync,
        },
        new()
        {
            Method = "GET",
            Path = "/server/{id}",
            Summary = "Get a server, with its recent ends.",
            Response = ServerJson.Default.ServerObject,
            Handle = call => call.RespondAsync(call.Fleet.GetServer(call.Id), ServerJson.Default.ServerObject),
        },
        new()
        {
            Method = "PUT",
            Path = "/server/{id}",
            Summary = "Change a server's configuration. restart_needed says whether its process runs with an earlier one.",
            Body = RouteJson.Default.ConfigureServerRequest,
            Response = ServerJson.Default.ServerObject,
            Handle = ConfigureAsync,
        },
        new()
        {
            Method = "DELETE",
            Path = "/server/{id}",
            Summary = "Delete a server with everything it has on its worker. One that runs is stopped first.",
            Response = ServerJson.Default.ServerObject,
            Status = StatusCodes.Status202Accepted,
            Handle = async call => await call.RespondAsync(
                await call.Fleet.DeleteServerAsync(call.Id).ConfigureAwait(false),
                ServerJson.Default.ServerObject,
                StatusCodes.Status202Accepted).ConfigureAwait(false),
        },
        new()
        {
            Method = "GET",
            Path = "/server/{id}/log",
            Summary = "Read what a server has printed.",
            Query =
            [
                ("tail", "Only the last so many lines."),
                ("from", "Only what was printed at this time (RFC 3339) or later."),
                ("to", "Only what was printed before this time."),
                ("follow", "true: continue with what is printed from now on, as server-sent events with a line each."),
            ],
            ContentTypes = ["text/plain", "text/event-stream"],
            Handle = LogResponse.WriteAsync,
        },
        new()
        {
            Method = "GET",
            Path = "/server/{id}/health",
            Summary = "Get a server's health.",
            Response = RouteJson.Default.ServerHealthObject,
            Handle = GetHealthAsync,
        },
        new()
        {
            Method = "POST",
            Path = "/server/{id}/health",
            Summary = "Report a server's health, for a worker without a link.",
            Body = RouteJson.Default.ServerHealthRequest,
            Status = StatusCodes.Status204NoContent,
            Handle = ReportHealthAsync,
        },
        new()
        {
            Method = "GET",
            Path = "/server/{id}/command",
            Summary = "List a server's commands, oldest first.",
            Query = Paging,
            Response = ServerJson.Default.PageCommandObject,
            Handle = call => call.RespondAsync(call.Fleet.ListCommands(call.Id, call.Page), ServerJson.Default.PageCommandObject),
        },
        new()
        {
            Method = "POST",
            Path = "/server/{id}/command",
            Summary = "Give a server a command: start, stop, restart, kill, update, or stdin with a line of text.",
            Body = RouteJson.Default.CommandRequest,
            Response = ServerJson.Default.CommandObject,
            Status = StatusCodes.Status202Accepted,
            Handle = CommandAsync,
        },
        new()
        {
            Method = "GET",
            Path = "/server/{id}/command/{command}",
            Summary = "Get a command, with how far it has come.",
            Response = ServerJson.Default.CommandObject,
            Handle = call => call.RespondAsync(call.Fleet.GetCommand(call.Id, call.Values[1]), ServerJson.Default.CommandObject),
        },
    ];

    private static async Task CreateAsync(RouteCall call)
    {
        var request = await RouteBody.ReadAsync(call.Context, RouteJson.Default.CreateServerRequest).ConfigureAwait(false);
        var server = await call.Fleet.CreateServerAsync(
            GameId.Parse(request.GameId), request.WorkerId, request.Configuration!, call.Context.RequestAborted).ConfigureAwait(false);
        await call.RespondAsync(server, ServerJson.Default.ServerObject, StatusCodes.Status201Created, $"/server/{server.Id}").ConfigureAwait(false);
    }

    private static async Task ConfigureAsync(RouteCall call)
    {
        var request = await RouteBody.ReadAsync(call.Context, RouteJson.Default.ConfigureServerRequest).ConfigureAwait(false);
        var server = await call.Fleet.ConfigureServerAsync(call.Id, request.Configuration!).ConfigureAwait(false);
        await call.RespondAsync(server, ServerJson.Default.ServerObject).ConfigureAwait(false);
    }

    private static Task GetHealthAsync(RouteCall call)
    {
        var server = call.Fleet.GetServer(call.Id);
        return call.RespondAsync(
            new ServerHealthObject
            {
                State = server.State,
                Healthy = server.State == ServerState.Ready,
                CpuPercent = server.CpuPercent,
                MemoryBytes = server.MemoryBytes,
            },
            RouteJson.Default.ServerHealthObject);
    }

    private static async Task ReportHealthAsync(RouteCall call)
    {
        var request = await RouteBody.ReadOptionalAsync(call.Context, RouteJson.Default.ServerHealthRequest).ConfigureAwait(false);
        call.Fleet.BeatServer(call.Id, new ServerFigures(call.Id, request?.CpuPercent, request?.MemoryBytes));
        await call.RespondAsync(StatusCodes.Status204NoContent).ConfigureAwait(false);
    }

    private static async Task CommandAsync(RouteCall call)
    {
        var request = await RouteBody.ReadAsync(call.Context, RouteJson.Default.CommandRequest).ConfigureAwait(false);
        var type = request.RequireType();
        var command = await call.Fleet.CommandAsync(call.Id, type, request.Text, request.TimeoutSeconds).ConfigureAwait(false);
        await call.RespondAsync(
            command, ServerJson.Default.CommandObject, StatusCodes.Status202Accepted, $"/server/{command.ServerId}/command/{command.Id}").ConfigureAwait(false);
    }
}
