using System.CommandLine;
using FleetBridge.Core.Client;
using Microsoft.Extensions.Logging;
using Serilog.Events;

namespace FleetBridge.Options;

/// <summary>The options that say who answers a command: this process or a running bridge.</summary>
internal sealed class TargetOptions
{
    private readonly Option<string[]> _backends = SharedOptions.Backends();
    private readonly Option<string?> _logFile = SharedOptions.LogFile();
    private readonly Option<LogEventLevel?> _logLevel = SharedOptions.LogLevel();
    private readonly Option<Uri?> _url = SharedOptions.Url();
    private readonly Option<string?> _tokenFile = SharedOptions.TokenFile();

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_tokenFile);
        command.Options.Add(_backends);
        command.Options.Add(_logFile);
        command.Options.Add(_logLevel);
    }

    /// <summary>The address of the running bridge; null for this process.</summary>
    public Uri? UrlOf(ParseResult parsed) => parsed.GetValue(_url);

    /// <summary>The log file; null for the usual one.</summary>
    public string? LogFileOf(ParseResult parsed) => parsed.GetValue(_logFile);

    /// <summary>The bridge inside this process.</summary>
    public LocalBridge Local(CliSession session, ParseResult parsed) => session.Local(OptionsOf(parsed));

    /// <summary>A logger of this process, whichever bridge was chosen.</summary>
    /// <param name="name">Who logs.</param>
    public ILogger LoggerFor(CliSession session, ParseResult parsed, string name) =>
        session.Log(OptionsOf(parsed)).Backends.For(name);

    /// <summary>Whichever bridge was chosen.</summary>
    public IBridge Open(CliSession session, ParseResult parsed) =>
        UrlOf(parsed) is { } url
        ? session.Remote(url, () => SharedOptions.ReadToken(parsed.GetValue(_tokenFile)))
        : Local(session, parsed);

    private LocalBridgeOptions OptionsOf(ParseResult parsed) => new(
        SharedOptions.RootsWith(parsed.GetValue(_backends)),
        parsed.GetValue(_logFile),
        parsed.GetValue(_logLevel) ?? LogEventLevel.Information);
}
