using System.Net;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;

namespace FleetBridge.Fleet.Joining;

/// <summary>The address of a host as a worker's user writes it: <c>http</c> or <c>https</c>, or the link's <c>ws</c> or <c>wss</c>, which are
/// the same ports.</summary>
internal sealed record HostAddress
{
    private HostAddress(bool isSecure, string host, int port)
    {
        IsSecure = isSecure;
        Http = new UriBuilder(isSecure ? "https" : "http", host, port, "/").Uri;
        Link = new UriBuilder(isSecure ? "wss" : "ws", host, port, WorkerGate.Path).Uri;
    }

    /// <summary>Whether it is encrypted.</summary>
    public bool IsSecure { get; }

    /// <summary>The host's routes.</summary>
    public Uri Http { get; }

    /// <summary>The workers' WebSocket.</summary>
    public Uri Link { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">What the user has written.</param>
    /// <exception cref="UserException">It is none that a worker can use.</exception>
    public static HostAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "ws" or "wss") || uri.UserInfo.Length > 0
            || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.AbsolutePath is not ("/" or WorkerGate.Path))
        {
            throw new UserException(
                ExitCode.Usage, $"--host: '{ShortText.Of(text)}' is no address of a host. Write http://127.0.0.1:9080, or https://HOST:9443 for another machine.");
        }

        var isSecure = uri.Scheme is "https" or "wss";
        if (!isSecure && !(uri.Host == "localhost" || (IPAddress.TryParse(uri.DnsSafeHost, out var address) && IPAddress.IsLoopback(address))))
        {
            throw new UserException(
                ExitCode.Usage, $"--host: {ShortText.Of(text)} is another machine, and workers reach those over TLS only. Write https://{uri.Host}: and the host's TLS port.");
        }

        return new HostAddress(isSecure, uri.Host, uri.Port);
    }
}
