using System.CommandLine;
using System.CommandLine.Completions;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Options;

namespace FleetBridge.Commands;

/// <summary>What the commands for servers and workers of a host have in common.</summary>
internal sealed class FleetOptions
{
    /// <summary>The shell waits for a completion.</summary>
    private static readonly TimeSpan CompletionLimit = TimeSpan.FromSeconds(1);

    private readonly Option<Uri?> _url = new("--url")
    {
        Description = $"The address of the host, or of a gateway, of this machine or another one. [default: {HostTarget.Usual}]",
        HelpName = "address",
        CustomParser = result => HttpAddress.Read(result, "a host or a gateway", HostTarget.Usual),
    };

    private readonly Option<string?> _tokenFile = TokenOptions.File("The file with a token, where --url is a gateway's of another machine.");
    private readonly Option<string?> _fingerprint = FingerprintOption.Create();

    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>The option that names the host.</summary>
    public Option Url => _url;

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_tokenFile);
        command.Options.Add(_fingerprint);
        command.Options.Add(_json);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The argument that names a server or a worker, with the host's ids for the shell.</summary>
    /// <param name="kind"><c>server</c> or <c>worker</c>.</param>
    public Argument<string> Id(string kind)
    {
        var argument = new Argument<string>("id")
        {
            Description = $"The {kind}, as '{kind}s' lists it.",
            CustomParser = result => Grammar.Named(result, $"a {kind}")!,
        };
        argument.CompletionSources.Add(context => Complete(context, kind));
        return argument;
    }

    /// <summary>An option that names a worker, with the host's ids for the shell.</summary>
    public Option<string?> Worker(string description)
    {
        var option = new Option<string?>("--worker")
        {
            Description = description,
            HelpName = "id",
            CustomParser = result => Grammar.Named(result, "a worker"),
        };
        option.CompletionSources.Add(context => Complete(context, "worker"));
        return option;
    }

    /// <summary>Runs a command against the host.</summary>
    public async Task<int> RunAsync(ParseResult parsed, Func<FleetClient, Task<int>> run)
    {
        using var client = new FleetClient(TargetOf(parsed));
        return await run(client).ConfigureAwait(false);
    }

    private HostTarget TargetOf(ParseResult parsed) => HostTarget.Of(parsed, _url, _tokenFile, _fingerprint);

    private IEnumerable<CompletionItem> Complete(CompletionContext context, string kind)
    {
        try
        {
            using var limit = new CancellationTokenSource(CompletionLimit, TimeProvider.System);
            using var client = new FleetClient(TargetOf(context.ParseResult));
            var page = client.GetAsync($"{kind}?limit=1000", limit.Token).GetAwaiter().GetResult();
            return
            [
                // not every shell leaves out what does not begin with the word
                .. (WireJson.Items(page, "items") ?? []).Select(item => WireJson.Text(item, "id") ?? "")
                    .Where(id => id.StartsWith(context.WordToComplete, StringComparison.Ordinal)).Select(id => new CompletionItem(id)),
            ];
        }
        catch (Exception exception) when (exception is UserException or OperationCanceledException or InvalidOperationException)
        {
            // no host, no ids
            return [];
        }
    }
}
