using FleetBridge.Backends.Scripting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Scripting;
using FleetBridge.Core.Text;
using FleetBridge.Output;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Commands;

/// <summary>Runs a deployment script once, and turns its end into an exit code and a message.</summary>
/// <param name="log">Gets the traces of exceptions.</param>
/// <param name="deadline">How long it may take; null for no limit.</param>
/// <param name="says">Is told what is printed of a failure; null at the end of each run.</param>
/// <param name="globals">Creates what the script can use, with the token that ends it.</param>
internal sealed partial class ScriptRun(
    string path,
    ILogger log,
    TimeSpan? deadline,
    TimeProvider clock,
    Action<string?> says,
    Func<CancellationToken, DeploymentScript> globals)
{
    private const int MostCode = 255;

    /// <summary>Starts the script: a <see cref="ScriptStart"/>.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<ExitCode> StartAsync(CancellationToken cancellation, out IReadOnlyCollection<string> files)
    {
        ScriptImage image;
        try
        {
            image = ScriptCompiler.Compile(path, typeof(DeploymentScript), out files, cancellation);
        }
        catch (ScriptException exception)
        {
            files = exception.Files;
            Terminal.WriteErrors($"fleetbridge: {exception.Message}");
            return Task.FromResult(ExitCode.Usage);
        }

        return RunAsync(image, cancellation);
    }

    private async Task<ExitCode> RunAsync(ScriptImage image, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(deadline ?? Timeout.InfiniteTimeSpan, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        var context = new ScriptContext(image);
        try
        {
            return await RunAsync(context, globals(ending.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            Terminal.WriteError(FormattableString.Invariant(
                $"{Path.GetFileName(path)} did not end within its --deadline of {deadline!.Value.TotalMinutes:0.###} minutes."));
            return ExitCode.TimedOut;
        }
        catch (Exception exception)
        {
            return Report(exception);
        }
        finally
        {
            context.Unload();
            says(null);
        }
    }

    /// <summary>Runs it apart from the caller, because it may block, or loop without a wait.</summary>
    private static Task<ExitCode> RunAsync(ScriptContext context, DeploymentScript script) => Task.Run(
        async () =>
        {
            ScriptGuard.Begin(script.Cancel);

            // inside the guard: the value that it returns may have its own ToString
            return CodeOf(await context.BeginAsync(script).ConfigureAwait(false));
        },
        CancellationToken.None).WaitAsync(script.Cancel);

    private ExitCode Report(Exception exception)
    {
        var (code, message) = exception switch
        {
            // our own sentences are written for the user: the name of their type adds nothing
            UserException ours => (ours.Code, ours.Message),
            TimeoutException => (ExitCode.TimedOut, exception.Message),
            ScriptRequestException => (ExitCode.ResultFalse, exception.Message),
            _ => (ExitCode.ResultFalse, ExceptionText.Summary(exception)),
        };
        says(message);
        LogTrace(log, ExceptionText.Of(exception));
        Terminal.WriteError(message + ScriptEntry.PlaceOf(exception));
        return code;
    }

    private static ExitCode CodeOf(object? value)
    {
        switch (value)
        {
            case int code and >= 0 and <= MostCode:
                return (ExitCode)code;
            case int code:
                // Unix would turn 256 into 0
                Terminal.WriteError($"The script returned {code}; exit codes are 0 to {MostCode}.");
                return ExitCode.ResultFalse;
            case bool succeeded:
                return succeeded ? ExitCode.Success : ExitCode.ResultFalse;
            case ScriptResponse response:
                return response.Ok ? ExitCode.Success : ExitCode.ResultFalse;
            case { } other:
                BackendConsole.StandardOutput.WriteLine(other);
                return ExitCode.Success;
            default:
                return ExitCode.Success;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Trace of the script: {Trace}")]
    private static partial void LogTrace(ILogger logger, string trace);
}
