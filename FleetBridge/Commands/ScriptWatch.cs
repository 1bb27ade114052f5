using FleetBridge.Core.Processes;
using FleetBridge.Core.State;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>Begins to run a script.</summary>
/// <param name="cancellation">Ends it.</param>
/// <param name="files">What it is made of, also when it does not compile.</param>
/// <returns>How it ended.</returns>
internal delegate Task<ExitCode> ScriptStart(CancellationToken cancellation, out IReadOnlyCollection<string> files);

/// <summary>Runs a deployment script, and runs it again whenever it is saved: <c>fleetbridge script --watch</c>.</summary>
/// <param name="path">The script.</param>
/// <param name="start">Begins to run it.</param>
internal sealed class ScriptWatch(string path, ScriptStart start)
{
    /// <summary>How long saved files have to be still before the script is run again.</summary>
    private static readonly TimeSpan StillFor = TimeSpan.FromMilliseconds(150);

    private IReadOnlyCollection<string> _files = [path];

    /// <summary>Runs it until Ctrl-C.</summary>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>Never.</returns>
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

            var ending = TellEndAsync(running);
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

    private async Task TellEndAsync(Task<ExitCode> running)
    {
        string end;
        try
        {
            end = $"ended with exit code {(int)await running.ConfigureAwait(false)}";
        }
        catch (OperationCanceledException)
        {
            end = "was ended";
        }
        catch (UserException exception)
        {
            end = $"failed: {exception.Message}";
        }

        Terminal.WriteLine(Terminal.Error, $"{Path.GetFileName(path)} {end}. It is run again when it is saved; Ctrl-C ends this.");
    }

    private async Task WaitForChangeAsync(string seen, CancellationToken cancellation)
    {
        for (var (last, now) = (seen, TimesOf(_files)); now == seen || now != last; (last, now) = (now, TimesOf(_files)))
        {
            await Task.Delay(StillFor, cancellation).ConfigureAwait(false);
        }
    }

    private static string TimesOf(IEnumerable<string> files) => string.Join(
        ' ',
        files.Order(StringComparer.Ordinal).Select(file => FileStamp.Of(file).ToString()));
}
