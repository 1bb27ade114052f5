using System.CommandLine;
using System.CommandLine.Parsing;

namespace FleetBridge.Options;

/// <summary>The option that names a running bridge.</summary>
internal static class UrlOption
{
    public static Option<Uri?> Create() => new("--url")
    {
        Description = "Use the running bridge at this address, such as http://localhost:8000, instead of this process.",
        CustomParser = Parse,
    };

    private static Uri? Parse(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http")
        {
            return url;
        }

        result.AddError($"'{result.Tokens[0].Value}' is not the address of a bridge, such as http://localhost:8000.");
        return null;
    }
}
