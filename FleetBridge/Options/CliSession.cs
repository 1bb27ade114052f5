using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Output;

namespace FleetBridge.Options;

/// <summary>What the commands of one run share: the log and the bridges, each opened when it is first needed.</summary>
internal sealed class CliSession : IAsyncDisposable
{
    private readonly List<Func<Task>> _beforeParsing = [];
    private readonly TerminalSink _terminal = new();
    private BridgeLog? _log;
    private LocalBridge? _local;
    private NamedBridge? _named;

    /// <summary>Adds a step to be run after the commands are created and before the command line is parsed.</summary>
    public void BeforeParsing(Func<Task> step) => _beforeParsing.Add(step);

    /// <summary>Runs those steps.</summary>
    public Task BeforeParsingAsync() => _beforeParsing.Count == 0 ? Task.CompletedTask : RunStepsAsync();

    private async Task RunStepsAsync()
    {
        foreach (var step in _beforeParsing)
        {
            await step().ConfigureAwait(false);
        }
    }

    /// <summary>The bridge in this process. The options of the first call count.</summary>
    public LocalBridge Local(LocalBridgeOptions options) => _local ??= new LocalBridge(options, Log(options));

    /// <summary>The log of this process. The options of the first call count.</summary>
    public BridgeLog Log(LocalBridgeOptions options) => _log ??= BridgeLog.Open(
        new BridgeLogOptions { File = options.LogFile, Level = options.Level, Terminal = _terminal.Write }, TimeProvider.System);

    /// <summary>The bridge or the gateway at an address. The address of the first call counts.</summary>
    public NamedBridge Named(string written, Uri address, string? tokenFile, string? fingerprint) =>
        _named ??= new NamedBridge(written, address, tokenFile, fingerprint);

    /// <summary>
    /// Says that the command's result will show why a request failed, so that the log does not say it again on the terminal.
    /// The log file still has it.
    /// </summary>
    /// <param name="json">Whether the result is JSON. A person sees that only if it is not redirected.</param>
    public void ShowFailuresInResult(bool json) => _terminal.OmitsFailedRequests = !json || !Console.IsOutputRedirected;

    /// <summary>Sends the log's records elsewhere than to the terminal, until it is called with null.</summary>
    public void ShowLogIn(Action<LogRecord>? elsewhere) => _terminal.Elsewhere = elsewhere;

    /// <summary>The command's result has a failure. A person sees that only where <see cref="ShowFailuresInResult"/> said so.</summary>
    public void SaysInResult(string? failure)
    {
        if (_terminal.OmitsFailedRequests)
        {
            Says(failure);
        }
    }

    /// <summary>The command, or a step of it, has come to its end.</summary>
    /// <param name="failure">The failure that it says itself, so that the log does not say it again on the terminal; null for none.</param>
    public void Says(string? failure)
    {
        if (failure is not null)
        {
            _terminal.LeaveOut(failure);
        }

        _terminal.Release();
    }

    public async ValueTask DisposeAsync()
    {
        if (_named is not null)
        {
            await _named.DisposeAsync().ConfigureAwait(false);
        }

        if (_local is not null)
        {
            await _local.DisposeAsync().ConfigureAwait(false);
        }

        _terminal.Release();

        if (_log is not null)
        {
            await _log.DisposeAsync().ConfigureAwait(false);
        }
    }
}
