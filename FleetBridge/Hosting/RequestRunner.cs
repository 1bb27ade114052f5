using System.Text.Json.Nodes;
using Backends;
using Backends.Scripting;
using FleetBridge.Logs;
using FleetBridge.Scripting;
using FleetBridge.Telemetry;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Hosting;

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

    /// <summary>The error of an operation that nobody waits for any more.</summary>
    public const string Cancelled = "The operation was cancelled.";

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
        if (answer.Result is { Overall: not OverallResult.True } result && result.Error != Cancelled)
        {
            // The editor shows only that it failed: the log is where its user learns why, whatever the reason.
            var path = request.Segments.Count > 0 ? request.Path : $"{request.Backend}/{request.Version}";
            LogNotTrue(
                caller.FailureIsExpected ? LogLevel.Debug : LogLevel.Error,
                Unknown.Shorten(path),
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
            return BridgeAnswer.NotFound(Unknown.Backend(request, host.Statuses));
        }

        measure?.IsFor(backend);
        using var lease = await backend.LeaseAsync(caller.Gone).ConfigureAwait(false);
        if (lease is null)
        {
            return BridgeAnswer.NotLoaded(
                $"The backend {backend.Title} cannot be loaded: {backend.Status.Problem ?? "its folder is still being written."}");
        }

        var generation = lease.Generation;
        switch (request.Segments)
        {
            case []:
                return BridgeAnswer.Malformed(Unknown.NoPath(backend.Title, generation.Operations));
            case [MetadataPath]:
                measure?.IsFor(MetadataPath);
                return generation.Metadata;
            case [ConfigPath]:
                measure?.IsFor(ConfigPath);
                return ResolveConfig(generation, request);
            case [ResourcesPath]:
                measure?.IsFor(ResourcesPath);
                return generation.Resources;
            case [DoctorPath]:
                measure?.IsFor(DoctorPath);
                return Answered(await ExamineAsync(request, caller, generation).ConfigureAwait(false));
        }

        if (!generation.Operations.TryFind(request.Segments, out var resource, out var operation))
        {
            return BridgeAnswer.NotFound(Unknown.Path(request, backend.Title, generation.Operations));
        }

        measure?.IsFor($"{resource.Path}/{operation.Name}");
        return Answered(Settings.TryResolve(generation.Settings, request.Parameters, out var settings, out var problems)
            ? await RunOperationAsync(request, caller, backend, generation, resource, operation, settings).ConfigureAwait(false)
            : BackendResult.InvalidSettings(problems));
    }

    private static BridgeAnswer ResolveConfig(BackendGeneration generation, BackendRequest request)
    {
        if (!Settings.TryResolve(generation.Settings, request.Parameters, out var settings, out var problems))
        {
            return Answered(BackendResult.InvalidSettings(problems));
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
        if (!Settings.TryResolve(generation.Settings, request.Parameters, out var settings, out var problems))
        {
            return BackendResult.InvalidSettings(problems);
        }

        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping, caller.Gone);
        return await Examination.RunAsync(
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
        BackendGeneration generation,
        Resource resource,
        Operation operation,
        Settings settings)
    {
        var changes = operation.Kind == OperationKind.Change;
        var goesOn = changes && !caller.TakesChangesAlong;
        IDisposable? hold = null;
        var prefix = settings.Find(Setting.PrefixKey) ?? "";
        if (changes && !exclusive.TryBegin(backend.Name, resource.Path, prefix, operation.Name, out hold, out var other))
        {
            return BackendResult.Failure(
                $"{other} of {resource.Name} is already running for the prefix '{prefix}'.",
                "Wait until it has finished; the log says when.");
        }

        using (hold)
        using (var cancellation = goesOn
            ? CancellationTokenSource.CreateLinkedTokenSource(stopping)
            : CancellationTokenSource.CreateLinkedTokenSource(stopping, caller.Gone))
        await using (WatchCaller(request, caller, goesOn).ConfigureAwait(false))
        {
            var context = ContextOf(request, caller, settings, cancellation.Token);
            var result = await InvokeAsync(operation, context, backend.Title, generation).ConfigureAwait(false);
            if (goesOn && caller.Gone.IsCancellationRequested)
            {
                LogEndedWithoutClient(request.Path, result.Overall.ToString(), result.Error is { } error ? $". {error}" : "");
            }

            return result;
        }
    }

    private async Task<BackendResult> InvokeAsync(Operation operation, BackendContext context, string title, BackendGeneration generation)
    {
        try
        {
            // On a thread of its own: a backend that blocks must not hold up the connection, and an AsyncLocal that it
            // sets must not flow into ours.
            return await Task.Run(() => generation.IsScript ? RunScriptAsync(operation, context) : operation.Handler(context))
                .ConfigureAwait(false)
                ?? throw new InvalidOperationException("The operation returned null.");
        }
        catch (BackendException exception)
        {
            if (exception.InnerException is { } inner)
            {
                LogTrace(context.Request.Path, ExceptionText.Of(inner));
            }

            return BackendResult.Failure(exception.Message, exception.Remedy);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            LogCancelled(context.Request.Path, stopping.IsCancellationRequested ? "the bridge stops" : "its client went away");
            return BackendResult.Failure(Cancelled);
        }
        catch (Exception exception)
        {
            // Only text leaves this method: the exception may be of the backend's own type and would keep it in memory.
            LogTrace(context.Request.Path, ExceptionText.Of(exception));
            return BackendResult.Failure(
                $"A bug in the backend {title} (generation {generation.Number}): {ExceptionText.Summary(exception)}"
                    + (generation.IsScript ? ScriptEntry.PlaceOf(exception) : ""),
                "The log file has the trace; please report it to the backend's author.");
        }
    }

    private static Task<BackendResult> RunScriptAsync(Operation operation, BackendContext context)
    {
        ScriptGuard.Begin(context.Cancellation);
        return operation.Handler(context);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} was cancelled: {Reason}.")]
    private partial void LogCancelled(string path, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Trace of {Path}: {Trace}")]
    private partial void LogTrace(string path, string trace);
}
