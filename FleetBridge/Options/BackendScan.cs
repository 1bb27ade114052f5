using System.CommandLine;
using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;

namespace FleetBridge.Options;

/// <summary>The first look at a command line: which backend it names, whose settings are options of the command.</summary>
internal sealed class BackendScan
{
    private readonly TargetOptions _target = new();
    private readonly Option<string> _backend = BackendOptions.Backend();
    private readonly ParseResult _parsed;

    public BackendScan(string[] args)
    {
        var scan = new Command("scan") { _backend };
        _target.AddTo(scan);
        scan.TreatUnmatchedTokensAsErrors = false;
        _parsed = scan.Parse(args, Grammar.Rules);
    }

    /// <summary>What is wrong with the values that say where the backend is; null if nothing is.</summary>
    public string? Mistake => _parsed.Errors.Count > 0 ? _parsed.Errors[0].Message : null;

    /// <summary>Loads the backend. There must be no <see cref="Mistake"/>.</summary>
    public Task<BackendOutline> LoadAsync(CliSession session)
    {
        var (name, version) = BackendAddress.Parse(_parsed.GetValue(_backend) ?? BackendAddress.Default);
        return _target.Open(session, _parsed).OutlineAsync(name, version, CancellationToken.None);
    }
}
