using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace FleetBridge.Core.Security;

/// <summary>
/// HTTP and WebSocket connections to this machine. A proxy could not reach it, and would be sent the bridge's token in the clear, so no
/// connection to this machine uses one, whoever makes it.
/// </summary>
internal static class LoopbackHttp
{
    private const string HttpAssembly = "System.Net.Http";

    private static readonly Lock Guard = new();
    private static int _bypassed;

    /// <summary>Creates the handler of every client of ours whose other side is a bridge: no proxy, no redirect, no cookies.</summary>
    public static SocketsHttpHandler CreateHandler() => new() { UseProxy = false, AllowAutoRedirect = false, UseCookies = false };

    /// <summary>From now on, clients of libraries and backends in this process use no proxy for this machine either. An emulator of AWS
    /// and a collector of OpenTelemetry often are there.</summary>
    /// <remarks>The framework's clients are not loaded for it, which a bridge without requests would pay with more than a megabyte: it is done
    /// as soon as somebody loads them, before that code continues.</remarks>
    public static void BypassProxy()
    {
        if (Interlocked.Exchange(ref _bypassed, 1) == 0)
        {
            AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) =>
            {
                if (IsHttp(loaded.LoadedAssembly))
                {
                    SetProxy();
                }
            };
            if (AppDomain.CurrentDomain.GetAssemblies().Any(IsHttp))
            {
                SetProxy();
            }
        }
    }

    private static bool IsHttp(Assembly assembly) =>
        AssemblyLoadContext.GetLoadContext(assembly) == AssemblyLoadContext.Default && assembly.GetName().Name == HttpAssembly;

    /// <summary>Not inlined: its code loads the clients.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SetProxy()
    {
        lock (Guard)
        {
            if (HttpClient.DefaultProxy is not BypassingProxy)
            {
                HttpClient.DefaultProxy = new BypassingProxy(HttpClient.DefaultProxy);
            }
        }
    }

    /// <summary>The system's proxy for all other machines.</summary>
    internal sealed class BypassingProxy(IWebProxy inner) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => inner.Credentials;
            set => inner.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => IsThisMachine(destination) ? null : inner.GetProxy(destination);

        public bool IsBypassed(Uri host) => IsThisMachine(host) || inner.IsBypassed(host);

        private static bool IsThisMachine(Uri address) => address.IsLoopback
            || address.IdnHost.TrimEnd('.') is var name
                && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                    || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
                    || (IPAddress.TryParse(name, out var ip) && IPAddress.IsLoopback(ip)));
    }
}
