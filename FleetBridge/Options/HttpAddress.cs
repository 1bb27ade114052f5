using System.CommandLine.Parsing;

namespace FleetBridge.Options;

/// <summary>The address of a running bridge or host, as people write it.</summary>
internal static class HttpAddress
{
    private const string Prefix = "http://";

    /// <summary>Reads the value of an option.</summary>
    /// <param name="result">The value.</param>
    /// <param name="whose">Whose address it is.</param>
    /// <param name="example">An address to show if it is none.</param>
    /// <returns>The address; null with an error.</returns>
    public static Uri? Read(ArgumentResult result, string whose, string example)
    {
        var text = result.Tokens[0].Value;
        if (TryRead(text) is { } address)
        {
            return address;
        }

        result.AddError(text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? $"'{text}' begins with https, which {whose} does not speak: use http, as in {example}."
            : $"'{text}' is not the address of {whose}, such as {example}.");
        return null;
    }

    /// <summary>Reads an address. <c>localhost:8000</c> is understood: browsers show addresses without their scheme.</summary>
    /// <returns>Null if it is none.</returns>
    public static Uri? TryRead(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            // one word alone is more likely a mistake than the name of a machine
            return Uri.TryCreate(Prefix + text, UriKind.Absolute, out var completed) && HasPort(text) ? completed : null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" && url.Host.Length > 0 ? url : null;
    }

    /// <summary>Whether an address without a scheme is a host and a port, with or without a path.</summary>
    private static bool HasPort(string text)
    {
        var authority = text.Split('/', '?', '#')[0];
        var port = authority[(authority.LastIndexOf(':') + 1)..];
        return port.Length < authority.Length - 1 && port.Length > 0 && port.All(char.IsAsciiDigit) && !authority.Contains('@', StringComparison.Ordinal);
    }
}
