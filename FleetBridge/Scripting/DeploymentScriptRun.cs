using Backends.Scripting;
using FleetBridge.Logs;

namespace FleetBridge.Scripting;

/// <summary>How a deployment script ended.</summary>
/// <param name="Value">What it returned; null for nothing.</param>
/// <param name="Error">Why it failed, with the file and the line; null when it did not.</param>
/// <param name="Trace">The trace of what it threw.</param>
internal sealed record ScriptOutcome(object? Value, string? Error = null, string? Trace = null);

/// <summary>Compiles and runs a deployment script.</summary>
internal static class DeploymentScriptRun
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="path">The script, as an absolute path.</param>
    /// <param name="globals">What it may use.</param>
    /// <param name="files">What it is made of, also when it does not compile.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<ScriptOutcome> RunAsync(string path, DeploymentScript globals, out IReadOnlyCollection<string> files)
    {
        try
        {
            return RunAsync(ScriptCompiler.Compile(path, typeof(DeploymentScript), out files, globals.Cancel), globals);
        }
        catch (ScriptException exception)
        {
            files = exception.Files;
            return Task.FromResult(new ScriptOutcome(null, exception.Message));
        }
    }

    private static async Task<ScriptOutcome> RunAsync(ScriptImage image, DeploymentScript globals)
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
            // the bridge's own sentences are for who deploys; their type's name tells nothing more
            var told = exception is ScriptRequestException or TimeoutException ? exception.Message : ExceptionText.Summary(exception);
            return new ScriptOutcome(null, told + ScriptEntry.PlaceOf(exception), ExceptionText.Of(exception));
        }
        finally
        {
            context.Unload();
        }
    }
}
