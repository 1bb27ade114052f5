using Backends.Scripting;
using FleetBridge.Logs;

namespace FleetBridge.Scripting;

/// <summary>How a deployment script ended.</summary>
/// <param name="Value">What it returned; null for nothing.</param>
/// <param name="Error">Why it failed, with the file and the line; null when it did not.</param>
/// <param name="Trace">The trace of what it threw.</param>
/// <param name="TookTooLong">Whether something that it waited for did not come in time.</param>
internal sealed record ScriptOutcome(object? Value, string? Error = null, string? Trace = null, bool TookTooLong = false);

/// <summary>Runs a compiled deployment script.</summary>
internal static class DeploymentScriptRun
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="image">The script.</param>
    /// <param name="globals">What it may use.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<ScriptOutcome> RunAsync(ScriptImage image, DeploymentScript globals)
    {
        var context = new ScriptContext(image);
        try
        {
            // on a thread of its own: it may block, and it may loop without a wait
            var value = await Task.Run(
                () =>
                {
                    ScriptGuard.Begin(globals.Cancel);
                    return context.BeginAsync(globals);
                },
                CancellationToken.None).WaitAsync(globals.Cancel).ConfigureAwait(false);
            return new ScriptOutcome(value);
        }
        catch (OperationCanceledException) when (globals.Cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            var error = exception is ScriptRequestException or TimeoutException ? exception.Message : ExceptionText.Summary(exception);
            return new ScriptOutcome(
                null,
                error + ScriptEntry.PlaceOf(exception),
                ExceptionText.Of(exception),
                exception is TimeoutException);
        }
        finally
        {
            context.Unload();
        }
    }
}
