using System.CommandLine;
using FleetBridge.Core.Processes;
using FleetBridge.Serving;

namespace FleetBridge.Options;

/// <summary>The options that say which JSON web tokens a gateway accepts.</summary>
internal sealed class JwtOption
{
    private readonly Option<string?> _keys = Create("--jwt-keys", "file|url", "Accept JSON web tokens that are signed with a key of this JSON web key set.");
    private readonly Option<string?> _issuer = Create("--jwt-issuer", "issuer", "The issuer ('iss') that these tokens must have.");
    private readonly Option<string?> _audience = Create("--jwt-audience", "audience", "The audience ('aud') that these tokens must have.");

    public void AddTo(Command command)
    {
        command.Options.Add(_keys);
        command.Options.Add(_issuer);
        command.Options.Add(_audience);
    }

    /// <summary>What was chosen; null for none.</summary>
    /// <exception cref="UserException">The keys are missing.</exception>
    public JwtChoice? Read(ParseResult parsed) => (parsed.GetValue(_keys), parsed.GetValue(_issuer), parsed.GetValue(_audience)) switch
    {
        (null, null, null) => null,
        (null, _, _) => throw new UserException(ExitCode.Usage, "--jwt-issuer and --jwt-audience need --jwt-keys: a token without a known key is never accepted."),
        var (keys, issuer, audience) => new JwtChoice(keys, issuer, audience),
    };

    private static Option<string?> Create(string name, string value, string description) => new(name)
    {
        Description = description,
        HelpName = value,
        CustomParser = result => Grammar.Named(result, "what to compare with"),
    };
}
