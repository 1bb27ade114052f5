using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Backends.Scripting;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Requests;

/// <summary>
/// Runs a request on the newest generation of its backend: the one way in for HTTP, the command line and scripts.
/// </summary>
internal sealed partial class RequestRunner(
    BackendHost host,
    BackendLoggers backendLoggers,
    ExclusiveOperations exclusive,
    ILogger<RequestRunner> logger,
    TimeProvider clock,
    CancellationToken stopping)
{
    public const string MetadataPath = "metadata";
    public const string ConfigPath = "config";
    public const string ResourcesPath = "resources";
    public const string DoctorPath = "doctor";

    /// <summary>What is asked of every backend and answered by the bridge.</summary>
    public static readonly IReadOnlyList<string> OwnPaths = [MetadataPath, ConfigPath, ResourcesPath, DoctorPath];

    private static readonly TimeSpan ValidationLimit = TimeSpan.FromSeconds(5);

    private readonly OperationCall _call = new(logger, stopping);

    /// <summary>Runs a request to its end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="caller">Who asked.</param>
    /// <returns>The answer; a backend's failure or bug is an answer too.</returns>
    /// <exception cref="OperationCanceledException">Nobody waits for the answer any more.</exception>
    public async Task<BridgeAnswer> RunAsync(BackendRequest request, RequestCaller caller)
    {
        using var measure = RequestMeasure.Begin(caller.Trace);
        var answer = await AnswerAsync(request, caller, measure).ConfigureAwait(false);
        measure?.Answered(answer);
        if (answer.Result is { Overall: not OverallResult.True } result && result.Error != OperationCall.Cancelled)
        {
            // The editor shows only that it failed: the log is where its user learns why, whatever the reason.
            var path = request.Segments.Count > 0 ? request.Path : $"{request.Backend}/{request.Version}";
            LogNotTrue(
                caller.FailureIsExpected ? LogLevel.Debug : LogLevel.Error,
                ShortText.Of(path),
                result.Error ?? "It gave no reason.",
                result.Remedy is { } remedy ? $" {remedy}" : "");
        }

        return answer;
    }

    private static BridgeAnswer Answered(BackendResult result) => new(AnswerStatus.Answered, result);

    private async Task<BridgeAnswer> AnswerAsync(BackendRequest request, RequestCaller caller, RequestMeasure? measure)
    {
        if (await host.FindAsync(request.Backend, request.Version).ConfigureAwait(false) is not { } backend)
        {
            return BridgeAnswer.NotFound(NotFoundMessages.Backend(request, host.Statuses));
        }

        measure?.IsFor(backend);
        using var lease = await backend.LeaseAsync(caller.Gone).ConfigureAwait(false);
        if (lease is null)
        {
            return BridgeAnswer.NotLoaded(
                $"The backend {backend.Title} cannot be loaded: {backend.Status.Problem ?? "it is still being written, or compiled."}");
        }

        var generation = lease.Generation;
        switch (request.Segments)
        {
            case []:
                return BridgeAnswer.Malformed(NotFoundMessages.NoPath(backend.Title, generation.Operations));
            case [MetadataPath]:
                measure?.IsFor(MetadataPath);
                return generation.Metadata;
            case [ConfigPath]:
                measure?.IsFor(ConfigPath);
                return await ReadConfigAsync(generation, request).ConfigureAwait(false);
            case [ResourcesPath]:
                measure?.IsFor(ResourcesPath);
                return generation.Resources;
            case [DoctorPath]:
                measure?.IsFor(DoctorPath);
                return Answered(await ExamineAsync(request, caller, generation).ConfigureAwait(false));
        }

        if (!generation.Operations.TryFind(request.Segments, out var resource, out var operation))
        {
            return BridgeAnswer.NotFound(NotFoundMessages.Path(request, backend.Title, generation.Operations));
        }

        measure?.IsFor($"{resource.Path}/{operation.Name}");
        var (settings, refusal) = await ResolveAsync(generation, request).ConfigureAwait(false);
        return Answered(settings is not null
            ? await RunOperationAsync(request, caller, backend, lease, resource, operation, settings).ConfigureAwait(false)
            : refusal!);
    }

    /// <summary>The settings of a request, or what is wrong with them. A script's own checks of them are guarded as its
    /// operations are.</summary>
    private static async ValueTask<(Settings? Settings, BackendResult? Refusal)> ResolveAsync(
        BackendGeneration generation, BackendRequest request)
    {
        return generation.IsScript && generation.Settings.Any(setting => setting.Validate is not null)
            ? await Task.Run(Guarded).ConfigureAwait(false)
            : Resolve();

        (Settings?, BackendResult?) Resolve() =>
            Settings.TryResolve(generation.Settings, request.Parameters, out var settings, out var problems)
                ? (settings, null)
                : (null, BackendResult.InvalidSettings(problems));

        (Settings?, BackendResult?) Guarded()
        {
            using var limit = new CancellationTokenSource(ValidationLimit);
            ScriptGuard.Begin(limit.Token);
            try
            {
                return Resolve();
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                return (null, BackendResult.Failure(
                    $"The backend's own check of its settings did not end within {ValidationLimit.TotalSeconds:0} s."));
            }
        }
    }

    private static async Task<BridgeAnswer> ReadConfigAsync(BackendGeneration generation, BackendRequest request)
    {
        var (settings, refusal) = await ResolveAsync(generation, request).ConfigureAwait(false);
        if (settings is null)
        {
            return Answered(refusal!);
        }

        var members = new JsonObject();
        foreach (var (key, value) in settings.All)
        {
            members[key] = value;
        }

        return new BridgeAnswer(AnswerStatus.Answered, BackendResult.Success(members), AnswerBody.Flat);
    }

    private async Task<BackendResult> ExamineAsync(BackendRequest request, RequestCaller caller, BackendGeneration generation)
    {
        var (settings, refusal) = await ResolveAsync(generation, request).ConfigureAwait(false);
        if (settings is null)
        {
            return refusal!;
        }

        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping, caller.Gone);
        return await EnvironmentCheckRunner.RunAsync(
            generation, deadline => ContextOf(request, caller, settings, deadline), clock, cancellation.Token).ConfigureAwait(false);
    }

    private BackendContext ContextOf(
        BackendRequest request, RequestCaller caller, Settings settings, CancellationToken cancellation)
    {
        var log = backendLoggers.For(caller.LogName ?? request.Backend);
        return new BackendContext
        {
            Request = request,
            Settings = settings,
            Logger = log,
            Progress = caller.Progress?.Invoke(log) ?? new LoggedProgress(log, clock),
            Clock = clock,
            OpenForUser = caller.OpenForUser,
            Cancellation = cancellation,
        };
    }

    private async Task<BackendResult> RunOperationAsync(
        BackendRequest request,
        RequestCaller caller,
        InstalledBackend backend,
        BackendLease lease,
        Resource resource,
        Operation operation,
        Settings settings)
    {
        IDisposable? hold = null;
        var prefix = settings.Find(Setting.PrefixKey) ?? "";
        if (operation.Kind == OperationKind.Change
            && !exclusive.TryBegin(backend.Name, resource.Path, prefix, operation.Name, out hold, out var other))
        {
            return BackendResult.Failure(
                $"{other} of {resource.Name} is already running for the prefix '{prefix}'.",
                "Wait until it has finished; the log says when.");
        }

        var deadline = new OperationDeadline(operation, lease.Generation.IsScript, clock);
        var running = RunToEndAsync(request, caller, backend, lease.Share(), operation, settings, deadline, hold);
        if (await deadline.IsKeptByAsync(running).ConfigureAwait(false))
        {
            return await running.ConfigureAwait(false);
        }

        return BackendResult.Failure(
            $"{operation.Name} of {resource.Name} did not end within its deadline of {deadline.Told}, and does not hear that it is "
                + "cancelled: it goes on in a thread that cannot be ended.",
            "Restart the bridge to end it. What waits in a backend takes the context's Cancellation, and does not block.");
    }

    /// <summary>Runs an operation for as long as it takes, and holds what it uses for as long.</summary>
    private async Task<BackendResult> RunToEndAsync(
        BackendRequest request,
        RequestCaller caller,
        InstalledBackend backend,
        BackendLease lease,
        Operation operation,
        Settings settings,
        OperationDeadline deadline,
        IDisposable? hold)
    {
        var goesOn = operation.Kind == OperationKind.Change && !caller.TakesChangesAlong;
        using (lease)
        using (hold)
        using (deadline)
        using (var cancellation = goesOn
            ? CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token)
            : CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token, caller.Gone))
        await using (WatchCaller(request, caller, goesOn).ConfigureAwait(false))
        {
            var context = ContextOf(request, caller, settings, cancellation.Token);
            var result = await _call.RunAsync(operation, context, backend.Title, lease.Generation, deadline).ConfigureAwait(false);
            if (goesOn && caller.Gone.IsCancellationRequested)
            {
                LogEndedWithoutClient(request.Path, result.Overall.ToString(), result.Error is { } error ? $". {error}" : "");
            }

            return result;
        }
    }

    private CancellationTokenRegistration WatchCaller(BackendRequest request, RequestCaller caller, bool goesOn) =>
        goesOn ? caller.Gone.UnsafeRegister(_ => LogGoesOn(request.Path), null) : default;

    [LoggerMessage(Message = "{Path} failed. {Error}{Remedy}")]
    private partial void LogNotTrue(LogLevel level, string path, string error, string remedy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The client of {Path} has gone away. The operation changes things, so it "
        + "runs to its end; its result will be logged here.")]
    private partial void LogGoesOn(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} has ended without its client: {Result}{Error}")]
    private partial void LogEndedWithoutClient(string path, string result, string error);
}
