using System.CommandLine.Parsing;
using System.Net.Sockets;
using FleetBridge.Core.Processes;

namespace FleetBridge.Options;

/// <summary>The address of a running bridge, host or gateway, as people write it.</summary>
internal static class HttpAddress
{
    private const string Prefix = "http://";

    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(5);

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

        result.AddError($"'{text}' is not the address of {whose}, such as {example}.");
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

        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 ? url : null;
    }

    /// <summary>Makes sure that an address without a scheme was meant as one.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="url">What it was understood as.</param>
    /// <param name="start">The command that starts what should listen there.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="UserException">Nothing listens there: it is more likely mistyped.</exception>
    public static async Task ConfirmAsync(string text, Uri url, string start, CancellationToken cancellation)
    {
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return;
        }

        using var late = new CancellationTokenSource(ConfirmLimit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(url.IdnHost, url.Port, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new UserException(
                ExitCode.Usage,
                $"'{text}' was understood as {url.GetLeftPart(UriPartial.Authority)}, where nothing is running. Correct the address, or start it "
                + $"with '{start}'.");
        }
    }

    /// <summary>Whether an address without a scheme is a host and a port, with or without a path.</summary>
    private static bool HasPort(string text)
    {
        var authority = text.Split('/', '?', '#')[0];
        var port = authority[(authority.LastIndexOf(':') + 1)..];
        return port.Length < authority.Length - 1 && port.Length > 0 && port.All(char.IsAsciiDigit) && !authority.Contains('@', StringComparison.Ordinal);
    }
}
