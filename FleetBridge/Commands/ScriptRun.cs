using FleetBridge.Backends.Scripting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Scripting;
using FleetBridge.Core.Text;
using FleetBridge.Output;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Commands;

/// <summary>Runs a deployment script once, and makes an exit code and a message of how it ended.</summary>
/// <param name="path">The script.</param>
/// <param name="log">Takes the traces, and is what the script logs to.</param>
/// <param name="deadline">How long it may take; null for as long as it likes.</param>
/// <param name="globals">Makes what it may use, with the token that ends it.</param>
internal sealed partial class ScriptRun(
    string path, ILogger log, TimeSpan? deadline, Func<ILogger, CancellationToken, DeploymentScript> globals)
{
    private const int MostCode = 255;

    /// <summary>Begins to run it: a <see cref="ScriptStart"/>.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="files">What it is made of, also when it does not compile.</param>
    /// <returns>How it ended.</returns>
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
            Terminal.WriteError(exception.Message);
            return Task.FromResult(ExitCode.Usage);
        }

        return RunAsync(image, cancellation);
    }

    private async Task<ExitCode> RunAsync(ScriptImage image, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ending.CancelAfter(deadline ?? Timeout.InfiniteTimeSpan);
        var context = new ScriptContext(image);
        try
        {
            return await RunAsync(context, globals(log, ending.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            Terminal.WriteError(FormattableString.Invariant(
                $"{Path.GetFileName(path)} did not end within its --deadline of {deadline!.Value.TotalMinutes:0.###} minutes."));
            return ExitCode.TimedOut;
        }
        catch (Exception exception)
        {
            return Tell(exception);
        }
        finally
        {
            context.Unload();
        }
    }

    /// <summary>On a thread of its own: it may block, and it may loop without a wait.</summary>
    private static Task<ExitCode> RunAsync(ScriptContext context, DeploymentScript script) => Task.Run(
        async () =>
        {
            ScriptGuard.Begin(script.Cancel);

            // here too: what it returns may have a ToString of its own
            return CodeOf(await context.BeginAsync(script).ConfigureAwait(false));
        },
        CancellationToken.None).WaitAsync(script.Cancel);

    private ExitCode Tell(Exception exception)
    {
        LogTrace(log, ExceptionText.Of(exception));
        var (code, message) = exception switch
        {
            // our own sentences are for who deploys: their type's name tells nothing more
            UserException ours => (ours.Code, ours.Message),
            TimeoutException => (ExitCode.TimedOut, exception.Message),
            ScriptRequestException => (ExitCode.AnswerFalse, exception.Message),
            _ => (ExitCode.AnswerFalse, ExceptionText.Summary(exception)),
        };
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
                // Unix would make 0 of 256
                Terminal.WriteError($"The script returned {code}, and an exit code is from 0 to {MostCode}.");
                return ExitCode.AnswerFalse;
            case bool succeeded:
                return succeeded ? ExitCode.Success : ExitCode.AnswerFalse;
            case ScriptResponse response:
                return response.Ok ? ExitCode.Success : ExitCode.AnswerFalse;
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
