using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <summary>Ids of servers are names of folders: nothing else gets that far.</summary>
internal static class ServerIdRule
{
    private const int Longest = 64;

    /// <summary>Checks one.</summary>
    /// <exception cref="ServerException">It cannot be used.</exception>
    public static void Check(string id)
    {
        if (id.Length is 0 or > Longest || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            throw new ServerException("invalid_server_id", $"A server's id has 1 to {Longest} letters, digits, - and _.");
        }
    }
}
