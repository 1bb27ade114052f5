using System.CommandLine;
using FleetBridge.Core.Client;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Options;

/// <summary>The options that say where a command's requests run: in this process or in a running bridge.</summary>
internal sealed class TargetOptions
{
    private readonly Option<string[]> _backends = BackendOptions.Folders();
    private readonly Option<string?> _logFile = LogOptions.File();
    private readonly Option<string?> _logLevel = LogOptions.Level();
    private readonly Option<Uri?> _url = UrlOption.Create();
    private readonly Option<string?> _tokenFile = TokenOptions.File();
    private readonly Option<string?> _fingerprint = FingerprintOption.Create();

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_tokenFile);
        command.Options.Add(_fingerprint);
        command.Options.Add(_backends);
        command.Options.Add(_logFile);
        command.Options.Add(_logLevel);
    }

    /// <summary>The address of the running bridge; null for this process.</summary>
    public Uri? UrlOf(ParseResult parsed) => parsed.GetValue(_url);

    /// <summary>The log file; null for the usual one.</summary>
    public string? LogFileOf(ParseResult parsed) => parsed.GetValue(_logFile);

    /// <summary>The bridge in this process.</summary>
    public LocalBridge Local(CliSession session, ParseResult parsed) => session.Local(OptionsOf(parsed));

    /// <summary>A logger of this process, wherever the requests run.</summary>
    public ILogger LoggerFor(CliSession session, ParseResult parsed, string name) =>
        session.Log(OptionsOf(parsed)).Backends.For(name);

    /// <summary>The running bridge that was named, or else the one in this process.</summary>
    public IBridge Open(CliSession session, ParseResult parsed) => UrlOf(parsed) is { } url
        ? session.Named(parsed.GetResult(_url)!.Tokens[0].Value, url, parsed.GetValue(_tokenFile), parsed.GetValue(_fingerprint))
        : Local(session, parsed);

    private LocalBridgeOptions OptionsOf(ParseResult parsed) => new(
        BackendOptions.RootsWith(parsed.GetValue(_backends)),
        parsed.GetValue(_logFile),
        LogOptions.Read(parsed, _logLevel));
}
