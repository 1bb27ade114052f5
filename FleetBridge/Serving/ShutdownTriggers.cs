using FleetBridge.Core.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Serving;

/// <summary>
/// Stops the host on a signal, and together with the program that started it: when the editor's process ends, or when the
/// standard input does, whose other end the editor has. The second is noticed at once; the editor's module stops the bridge
/// this way on every system.
/// </summary>
internal sealed partial class ShutdownTriggers(
    ServingOptions options, IHostApplicationLifetime lifetime, ILogger<ShutdownTriggers> logger, TimeProvider clock)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private CancellationTokenRegistration _signals;
    private Task _watch = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Begins to watch: a host that is stopped while its parts are starting would fail instead.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _signals = options.Signals.UnsafeRegister(_ => lifetime.StopApplication(), null);
        if (options.Editor is { } editor)
        {
            _watch = WatchAsync(editor);
        }

        if (options.Input is { } input)
        {
            // Such a read cannot be cancelled: the thread ends with the process.
            new Thread(() => Read(input)) { IsBackground = true, Name = "Standard input" }.Start();
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _signals.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task WatchAsync(EditorProcess editor)
    {
        try
        {
            await editor.WaitForEndAsync(clock, _stopping.Token).ConfigureAwait(false);
            LogEditorEnded(editor.Id);
            lifetime.StopApplication();
        }
        catch (OperationCanceledException)
        {
            // the bridge stops for another reason
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
            // the other end was closed in another way
        }

        if (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            LogInputEnded();
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The editor (process {Id}) has ended. Stopping the bridge.")]
    private partial void LogEditorEnded(int id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Standard input has ended. Stopping the bridge.")]
    private partial void LogInputEnded();
}
