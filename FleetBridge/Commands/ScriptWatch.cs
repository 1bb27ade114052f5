using FleetBridge.Core.Processes;
using FleetBridge.Core.State;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>Starts a script.</summary>
/// <param name="files">The script and the files that it loads, also when it does not compile.</param>
internal delegate Task<ExitCode> ScriptStart(CancellationToken cancellation, out IReadOnlyCollection<string> files);

/// <summary>Runs a deployment script, and runs it again whenever it is saved: <c>fleetbridge script --watch</c>.</summary>
internal sealed class ScriptWatch(string path, ScriptStart start, TimeProvider clock)
{
    /// <summary>How long the files must be unchanged after a change before the script runs again.</summary>
    private static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(150);

    private IReadOnlyCollection<string> _files = [path];

    /// <summary>Runs the script again and again, until Ctrl-C; never returns.</summary>
    /// <exception cref="OperationCanceledException">Ctrl-C.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            using var saved = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var seen = TimesOf(_files);
            var running = start(saved.Token, out var files);
            if (!files.ToHashSet(StringComparer.Ordinal).SetEquals(_files))
            {
                _files = files;
                seen = TimesOf(files);
            }

            var ending = ReportEndAsync(running);
            try
            {
                await WaitForChangeAsync(seen, cancellation).ConfigureAwait(false);
            }
            finally
            {
                await saved.CancelAsync().ConfigureAwait(false);
                await ending.ConfigureAwait(false);
            }
        }
    }

    private async Task ReportEndAsync(Task<ExitCode> running)
    {
        string end;
        try
        {
            end = $"ended with exit code {(int)await running.ConfigureAwait(false)}";
        }
        catch (OperationCanceledException)
        {
            end = "was stopped";
        }
        catch (UserException exception)
        {
            end = $"failed: {exception.Message}";
        }

        Terminal.WriteErrors($"{Path.GetFileName(path)} {end}. It runs again when it is saved; press Ctrl-C to stop.");
    }

    private async Task WaitForChangeAsync(string seen, CancellationToken cancellation)
    {
        for (var (last, now) = (seen, TimesOf(_files)); now == seen || now != last; (last, now) = (now, TimesOf(_files)))
        {
            await Task.Delay(QuietTime, clock, cancellation).ConfigureAwait(false);
        }
    }

    private static string TimesOf(IEnumerable<string> files) => string.Join(
        ' ',
        files.Order(StringComparer.Ordinal).Select(file => FileStamp.Of(file).ToString()));
}
