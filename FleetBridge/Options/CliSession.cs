using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Security;
using FleetBridge.Output;

namespace FleetBridge.Options;

/// <summary>What the commands of one run share: the bridges they send requests to, each created when it is first needed.</summary>
internal sealed class CliSession : IAsyncDisposable
{
    private readonly List<Func<Task>> _beforeParsing = [];
    private BridgeLog? _log;
    private LocalBridge? _local;
    private RemoteBridge? _remote;

    /// <summary>Has something done after the commands are created, and before the command line is parsed.</summary>
    /// <param name="step">What to do.</param>
    public void BeforeParsing(Func<Task> step) => _beforeParsing.Add(step);

    /// <summary>Does all that.</summary>
    public async Task BeforeParsingAsync()
    {
        foreach (var step in _beforeParsing)
        {
            await step().ConfigureAwait(false);
        }
    }

    /// <summary>The bridge inside this process.</summary>
    /// <param name="options">Where its backends and its log are; those of the first call count.</param>
    /// <returns>The bridge.</returns>
    public LocalBridge Local(LocalBridgeOptions options) => _local ??= new LocalBridge(options, Log(options));

    /// <summary>The log of this process.</summary>
    /// <param name="options">Where it is; those of the first call count.</param>
    /// <returns>The log.</returns>
    public BridgeLog Log(LocalBridgeOptions options) => _log ??= BridgeLog.Open(
        new BridgeLogOptions { File = options.LogFile, Level = options.Level, Terminal = new TerminalSink().Write }, TimeProvider.System);

    /// <summary>A running bridge.</summary>
    /// <param name="address">Its address; that of the first call counts.</param>
    /// <param name="token">Its token, read when it is needed; null when it has none.</param>
    /// <returns>The bridge.</returns>
    public RemoteBridge Remote(Uri address, Func<AccessToken?> token) => _remote ??= new RemoteBridge(address, token());

    public async ValueTask DisposeAsync()
    {
        _remote?.Dispose();
        if (_local is not null)
        {
            await _local.DisposeAsync().ConfigureAwait(false);
        }

        if (_log is not null)
        {
            await _log.DisposeAsync().ConfigureAwait(false);
        }
    }
}
