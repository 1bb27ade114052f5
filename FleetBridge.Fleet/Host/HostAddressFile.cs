using System.Net;
using System.Text;
using FleetBridge.Backends.Files;
using FleetBridge.Core.State;

namespace FleetBridge.Fleet.Host;

/// <summary>
/// Where this user's host of this machine is, in a file of its folder: a bridge that is told no host looks there. One that a killed host
/// has left behind names a port where nobody responds, as the usual port would.
/// </summary>
internal static class HostAddressFile
{
    private const string Name = "address";
    private const int MostBytes = 1_000;

    /// <summary>The address of the host's plain port, for other processes of this machine.</summary>
    /// <param name="port">The port.</param>
    /// <param name="address">The address that the host listens on; null for this machine alone.</param>
    public static Uri AddressOf(int port, IPAddress? address)
    {
        var at = address is null || address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : address;
        return new Uri($"http://{new IPEndPoint(at, port)}");
    }

    /// <summary>Writes it.</summary>
    /// <param name="folder">The host's folder.</param>
    /// <param name="url">The address of its plain port.</param>
    /// <returns>Whether it could be written; a host does not depend on it.</returns>
    public static bool TryWrite(string folder, Uri url)
    {
        try
        {
            OwnFolder.Create(folder);
            PlacedFile.Replace(Path.Combine(folder, Name), Encoding.UTF8.GetBytes(url.AbsoluteUri));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes it, unless another host has written its own.</summary>
    public static void Remove(string folder, Uri url)
    {
        try
        {
            if (Find(folder) == url)
            {
                File.Delete(Path.Combine(folder, Name));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // it names a host that has ended
        }
    }

    /// <summary>Reads it.</summary>
    /// <param name="folder">The host's folder.</param>
    /// <returns>Null where there is none.</returns>
    public static Uri? Find(string folder)
    {
        try
        {
            var file = Path.Combine(folder, Name);
            return File.Exists(file)
                && Uri.TryCreate(UserFile.ReadAllText(file, MostBytes), UriKind.Absolute, out var url)
                && url.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(url.Host.Trim('[', ']'), out _)
                    ? url
                    : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
