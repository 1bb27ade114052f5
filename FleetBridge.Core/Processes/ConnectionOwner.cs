using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace FleetBridge.Core.Processes;

/// <summary>The process at the other end of a TCP connection within this machine.</summary>
internal static partial class ConnectionOwner
{
    private const int IPv4 = 2;
    private const int IPv6 = 23;
    private const int OwnerPidConnections = 4;
    private const int TooSmall = 122;

    /// <summary>Whether the system tells; macOS does not.</summary>
    public static bool IsKnown { get; } = OperatingSystem.IsLinux() || OperatingSystem.IsWindows();

    /// <summary>Finds it among some processes.</summary>
    /// <param name="clientPort">The port of its end.</param>
    /// <param name="serverPort">The port of our end.</param>
    /// <param name="candidates">The processes in question.</param>
    /// <returns>Its id; 0 when it is none of them, or when the system does not say.</returns>
    public static int Find(int clientPort, int serverPort, IReadOnlyCollection<int> candidates)
    {
        try
        {
            if (candidates.Count == 0)
            {
                return 0;
            }

            if (OperatingSystem.IsLinux())
            {
                var sockets = SocketTable.Find(SocketTable.Established, clientPort, serverPort);
                return sockets.Count == 0 ? 0 : candidates.FirstOrDefault(id => SocketTable.IsHeldBy(id, sockets));
            }

            var owner = OperatingSystem.IsWindows() ? FindOnWindows(clientPort, serverPort) : 0;
            return candidates.Contains(owner) ? owner : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or EntryPointNotFoundException or DllNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Looks in the rows of MIB_TCPTABLE_OWNER_PID and MIB_TCP6TABLE_OWNER_PID.</summary>
    [SupportedOSPlatform("windows")]
    private static int FindOnWindows(int clientPort, int serverPort)
    {
        const int v4Local = 8, v4Remote = 16, v4Owner = 20, v4Size = 24;
        const int v6Local = 20, v6Remote = 44, v6Owner = 52, v6Size = 56;
        var owner = FindRow(ReadTable(IPv4), v4Size, (v4Local, clientPort), (v4Remote, serverPort), v4Owner);
        return owner != 0 ? owner : FindRow(ReadTable(IPv6), v6Size, (v6Local, clientPort), (v6Remote, serverPort), v6Owner);
    }

    /// <summary>A table is the number of its rows, and the rows.</summary>
    internal static int FindRow(ReadOnlySpan<byte> table, int size, (int Offset, int Port) local, (int Offset, int Port) remote, int owner)
    {
        for (var row = table.Length < sizeof(int) ? [] : table[sizeof(int)..]; row.Length >= size; row = row[size..])
        {
            // in network order, in the first two of four bytes
            if (BinaryPrimitives.ReadUInt16BigEndian(row[local.Offset..]) == local.Port
                && BinaryPrimitives.ReadUInt16BigEndian(row[remote.Offset..]) == remote.Port)
            {
                return BinaryPrimitives.ReadInt32LittleEndian(row[owner..]);
            }
        }

        return 0;
    }

    [SupportedOSPlatform("windows")]
    private static ReadOnlySpan<byte> ReadTable(int family)
    {
        var table = new byte[64 * 1024];
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var size = table.Length;
            var result = GetTable(table, ref size, ordered: 0, family, OwnerPidConnections, reserved: 0);
            if (result != TooSmall)
            {
                var rows = result == 0 ? BinaryPrimitives.ReadInt32LittleEndian(table) : 0;
                return rows == 0 ? [] : table.AsSpan(0, Math.Min(table.Length, sizeof(int) + (rows * (family == IPv4 ? 24 : 56))));
            }

            table = new byte[size + 4096];
        }

        return [];
    }

    [LibraryImport("iphlpapi.dll", EntryPoint = "GetExtendedTcpTable")]
    [SupportedOSPlatform("windows")]
    private static partial int GetTable([Out] byte[] table, ref int size, int ordered, int family, int tableClass, int reserved);
}
