using System.Net;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>Where the broker is, and as whom to log in. The password is in nothing that is printed or logged.</summary>
internal sealed class MeshAddress
{
    /// <summary>The environment variable with the password.</summary>
    public const string PasswordVariable = "FLEETBRIDGE_MESH_PASSWORD";

    public const string Example = "amqps://user@broker.example/vhost";

    private const int MostBytes = 4096;
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    private MeshAddress(string host, int port, bool isTls, string user, string password, string vhost) =>
        (Host, Port, IsTls, User, Password, VirtualHost) = (host, port, isTls, user, password, vhost);

    public string Host { get; }

    public int Port { get; }

    public bool IsTls { get; }

    public string User { get; }

    public string Password { get; }

    public string VirtualHost { get; }

    /// <summary>Whether the URL itself had the password, which other processes of this machine can see.</summary>
    public bool HasVisiblePassword { get; private init; }

    /// <summary>Reads it.</summary>
    /// <param name="url">What the user has written.</param>
    /// <param name="passwordFile">The file with the password; null for none.</param>
    /// <param name="variable">The value of <see cref="PasswordVariable"/>; null for none.</param>
    /// <exception cref="UserException">It cannot be used.</exception>
    public static MeshAddress Read(string url, string? passwordFile, string? variable)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0)
        {
            throw Refused($"'{Shown(url)}' is not the address of a RabbitMQ broker, such as {Example}");
        }

        var isTls = uri.Scheme == "amqps";
        var vhost = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : "";
        if (vhost.Length == 0 || uri.AbsolutePath[1..].Contains('/', StringComparison.Ordinal))
        {
            throw Refused($"'{Shown(url)}' must end with one virtual host, as in {Example}; %2F is the one that is named /");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw Refused($"'{Shown(url)}' has a query, which is not used: leave out what follows the virtual host");
        }

        if (!isTls && !IsLoopback(uri))
        {
            throw Refused(
                $"amqp:// sends the password and everything else unencrypted, so it is for a broker on this machine alone. Use amqps:// for {uri.Host}");
        }

        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var user = Uri.UnescapeDataString(colon < 0 ? uri.UserInfo : uri.UserInfo[..colon]);
        if (user.Length == 0)
        {
            throw Refused($"'{Shown(url)}' names no user: write {Example}");
        }

        var inUrl = colon < 0 ? null : Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]);
        var password = passwordFile is not null ? ReadFile(passwordFile, "The password file") : variable ?? inUrl
            ?? throw Refused($"there is no password for the user '{Shown(user)}'. Set {PasswordVariable}, or name a file with --mesh-password-file");
        return new MeshAddress(uri.IdnHost.Trim('[', ']'), uri.Port > 0 ? uri.Port : isTls ? TlsPort : PlainPort, isTls, user, password, vhost)
        {
            HasVisiblePassword = inUrl is not null,
        };
    }

    /// <summary>Reads a file with a secret that is this user's alone.</summary>
    /// <exception cref="UserException">It cannot be used.</exception>
    public static string ReadFile(string path, string what)
    {
        try
        {
            using var handle = UserFile.OpenHandle(path, MostBytes);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(handle) & OfOthers) != 0)
            {
                throw Refused($"{what} {path} can be read or changed by others; 'chmod 600' makes it yours alone");
            }

            using var reader = new StreamReader(new FileStream(handle, FileAccess.Read), System.Text.Encoding.UTF8);
            return reader.ReadToEnd().TrimEnd('\r', '\n') is { Length: > 0 } text ? text : throw Refused($"{what} {path} is empty");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Refused($"{what} {path} cannot be read: {exception.Message.TrimEnd('.')}");
        }
    }

    /// <summary>As a person may read it: without the password.</summary>
    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return $"{(IsTls ? "amqps" : "amqp")}://{Uri.EscapeDataString(User)}@{host}:{Port}/{Uri.EscapeDataString(VirtualHost)}";
    }

    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static bool IsLoopback(Uri uri) =>
        uri.IdnHost is "localhost" || (IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static UserException Refused(string why) => new(ExitCode.Usage, $"--mesh: {why}.");

    /// <summary>A URL with whatever is before its @ left out, if that has a password.</summary>
    private static string Shown(string text)
    {
        var at = text.LastIndexOf('@');
        var start = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var colon = at > start ? text.IndexOf(':', start, at - start) : -1;
        return ShortText.Of(colon < 0 ? text : $"{text[..colon]}:…{text[at..]}");
    }
}
