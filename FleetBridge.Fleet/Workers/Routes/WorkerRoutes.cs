using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Servers;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>The routes below <c>/worker</c>. The link's WebSocket is at <c>GET /worker</c> too, with an Upgrade.</summary>
internal static class WorkerRoutes
{
    private const double HealthInterval = 1;

    public static IReadOnlyList<FleetRoute> All { get; } =
    [
        new()
        {
            Method = "GET",
            Path = "/worker",
            Summary = "List the workers, oldest first. With an Upgrade: a worker's link.",
            Query = [("limit", "How many at most, from 1 to 1000; 100 by default."), ("after", "The next of the part before.")],
            Response = ServerJson.Default.PageWorkerObject,
            Handle = call => call.RespondAsync(call.Fleet.ListWorkers(call.Page), ServerJson.Default.PageWorkerObject),
        },
        new()
        {
            Method = "POST",
            Path = "/worker",
            Summary = "Get what a new worker needs to register: an id, and where to.",
            Response = RouteJson.Default.WorkerInvitation,
            Handle = InviteAsync,
        },
        new()
        {
            Method = "POST",
            Path = "/worker/{id}",
            Summary = "Register a worker, or take what it says of itself now.",
            Body = RouteJson.Default.RegisterWorkerRequest,
            Response = ServerJson.Default.WorkerObject,
            Status = StatusCodes.Status201Created,
            Handle = RegisterAsync,
        },
        new()
        {
            Method = "GET",
            Path = "/worker/{id}",
            Summary = "Get a worker.",
            Response = ServerJson.Default.WorkerObject,
            Handle = call => call.RespondAsync(call.Fleet.GetWorker(call.Id), ServerJson.Default.WorkerObject),
        },
        new()
        {
            Method = "PUT",
            Path = "/worker/{id}",
            Summary = "Rename a worker, or set its status: frozen keeps its servers and takes no new ones, alive ends that, shutdown ends the worker.",
            Body = RouteJson.Default.UpdateWorkerRequest,
            Response = ServerJson.Default.WorkerObject,
            Handle = UpdateAsync,
        },
        new()
        {
            Method = "DELETE",
            Path = "/worker/{id}",
            Summary = "Shut a worker down (202); forget one that has shut down or is unknown (204).",
            Query = [("force", "true: forget it with its servers.")],
            Response = ServerJson.Default.WorkerObject,
            Status = StatusCodes.Status202Accepted,
            Handle = DeleteAsync,
        },
        new()
        {
            Method = "POST",
            Path = "/worker/{id}/health",
            Summary = "Report a worker's health, for one without a link.",
            Body = ServerJson.Default.WorkerHealth,
            Status = StatusCodes.Status204NoContent,
            Handle = ReportHealthAsync,
        },
        new()
        {
            Method = "POST",
            Path = "/join-token",
            Summary = "Make a token with which one worker on another machine may join within an hour.",
            Response = RouteJson.Default.JoinTokenObject,
            Status = StatusCodes.Status201Created,
            Handle = MakeTokenAsync,
        },
    ];

    private static Task InviteAsync(RouteCall call)
    {
        var id = ServerRules.NewId('w');
        var request = call.Context.Request;
        return call.RespondAsync(
            new WorkerInvitation
            {
                Id = id,
                Register = $"/worker/{id}",
                Link = $"{(request.IsHttps ? "wss" : "ws")}://{request.Host}/worker",
                HealthIntervalSeconds = HealthInterval,
            },
            RouteJson.Default.WorkerInvitation);
    }

    private static async Task MakeTokenAsync(RouteCall call)
    {
        var (token, expiresAt) = await call.Fleet.MakeJoinTokenAsync().ConfigureAwait(false);
        await call.RespondAsync(
            new JoinTokenObject { Token = token, ExpiresAt = expiresAt, Fingerprint = await call.Fleet.Fingerprint().ConfigureAwait(false) },
            RouteJson.Default.JoinTokenObject,
            StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static async Task RegisterAsync(RouteCall call)
    {
        var request = await RouteBody.ReadAsync(call.Context, RouteJson.Default.RegisterWorkerRequest).ConfigureAwait(false);
        var address = request.Address ?? call.Context.Connection.RemoteIpAddress?.ToString();
        var join = WorkerAdmission.Read(call.Context.Request, request.JoinToken, call.Fleet.IsTokenAlwaysNeeded);
        var (worker, isNew) = await call.Fleet.RegisterWorkerAsync(call.Id, request.Name, address, request.ApiUrl, join).ConfigureAwait(false);
        await call.RespondAsync(
            worker,
            ServerJson.Default.WorkerObject,
            isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            isNew ? $"/worker/{worker.Id}" : null).ConfigureAwait(false);
    }

    private static async Task UpdateAsync(RouteCall call)
    {
        var request = await RouteBody.ReadAsync(call.Context, RouteJson.Default.UpdateWorkerRequest).ConfigureAwait(false);
        var worker = call.Fleet.GetWorker(call.Id);
        if (request.Name is { } name)
        {
            (worker, _) = await call.Fleet.RegisterWorkerAsync(call.Id, name, null, null).ConfigureAwait(false);
        }

        worker = request.Status switch
        {
            null => worker,
            WorkerState.Shutdown => await call.Fleet.ShutdownAsync(call.Id).ConfigureAwait(false),
            WorkerState.Alive or WorkerState.Frozen =>
                await call.Fleet.FreezeAsync(call.Id, request.Status == WorkerState.Frozen).ConfigureAwait(false),
            _ => throw new ServerException("invalid_worker", "status can be set to frozen, alive or shutdown."),
        };
        await call.RespondAsync(worker, ServerJson.Default.WorkerObject).ConfigureAwait(false);
    }

    private static async Task DeleteAsync(RouteCall call)
    {
        if (call.Fleet.GetWorker(call.Id).Status is WorkerState.Alive or WorkerState.Frozen)
        {
            var worker = await call.Fleet.ShutdownAsync(call.Id).ConfigureAwait(false);
            await call.RespondAsync(worker, ServerJson.Default.WorkerObject, StatusCodes.Status202Accepted).ConfigureAwait(false);
            return;
        }

        await call.Fleet.ForgetWorkerAsync(call.Id, call.Query("force") == "true").ConfigureAwait(false);
        await call.RespondAsync(StatusCodes.Status204NoContent).ConfigureAwait(false);
    }

    private static async Task ReportHealthAsync(RouteCall call)
    {
        var health = await RouteBody.ReadOptionalAsync(call.Context, ServerJson.Default.WorkerHealth).ConfigureAwait(false);
        call.Fleet.Beat(call.Id, health);
        await call.RespondAsync(StatusCodes.Status204NoContent).ConfigureAwait(false);
    }
}
