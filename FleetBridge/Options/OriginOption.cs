using System.CommandLine;
using System.CommandLine.Parsing;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;

namespace FleetBridge.Options;

/// <summary>The option that names web pages which may read the log.</summary>
internal static class OriginOption
{
    public static Option<string[]> Create() => new("--allow-origin")
    {
        Description = "Let web pages of this origin read the log's WebSocket, such as http://localhost:3000; may be repeated. "
            + "The editor and programs always may.",
        HelpName = "origin",
        CustomParser = Parse,
    };

    private static string[] Parse(ArgumentResult result)
    {
        var origins = new List<string>();
        foreach (var token in result.Tokens)
        {
            if (LogOrigins.TryRead(token.Value, out var origin))
            {
                origins.Add(origin);
            }
            else
            {
                result.AddError($"--allow-origin: '{VisibleText.Of(token.Value)}' is not a page of this machine, such as http://localhost:3000.");
            }
        }

        return [.. origins];
    }
}
