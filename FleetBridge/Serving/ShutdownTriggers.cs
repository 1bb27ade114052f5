using FleetBridge.Core.Processes;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Serving;

/// <summary>
/// Ends serving with whoever has started it: the editor, by its process id, and the end of the standard input, whose other
/// end the editor holds. The second is seen at once, and is how the editor's module stops the bridge on any system.
/// </summary>
internal sealed partial class ShutdownTriggers : IAsyncDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly ILogger _logger;
    private readonly Task _watch;

    /// <summary>Begins to watch.</summary>
    /// <param name="editor">The editor; null when it was not named.</param>
    /// <param name="input">The standard input; null when it says nothing.</param>
    /// <param name="loggers">For the reason.</param>
    /// <param name="cancellation">What ends serving otherwise.</param>
    public ShutdownTriggers(EditorProcess? editor, Stream? input, ILoggerFactory loggers, CancellationToken cancellation)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _logger = loggers.CreateLogger("FleetBridge.Cli.ShutdownTriggers");
        _watch = editor is null ? Task.CompletedTask : WatchAsync(editor, _end.Token);
        if (input is not null)
        {
            // Nothing can end such a read: the thread ends with the process.
            new Thread(() => Read(input)) { IsBackground = true, Name = "Standard input" }.Start();
        }
    }

    /// <summary>Says that serving ends.</summary>
    public CancellationToken Token => _end.Token;

    public async ValueTask DisposeAsync()
    {
        // Not disposed itself: the reading thread may cancel it at any time.
        await _end.CancelAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
    }

    private async Task WatchAsync(EditorProcess editor, CancellationToken cancellation)
    {
        try
        {
            await editor.WaitForEndAsync(TimeProvider.System, cancellation).ConfigureAwait(false);
            LogEditorGone(editor.Id);
            await _end.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // something else has ended it
        }
    }

    private void Read(Stream input)
    {
        var buffer = new byte[64];
        try
        {
            while (input.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // it has ended in another way
        }

        if (!_end.IsCancellationRequested)
        {
            LogInputEnded();
            _end.Cancel();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The editor (process {Id}) has ended: the bridge stops.")]
    private partial void LogEditorGone(int id);

    [LoggerMessage(Level = LogLevel.Information, Message = "The standard input has ended: the bridge stops.")]
    private partial void LogInputEnded();
}
