using Npgsql;

namespace FleetBridge.Fleet.Store;

/// <summary>A store in PostgreSQL, as <c>--store</c> names it: <c>postgres://user:password@host:port/database?sslmode=require</c>.</summary>
internal sealed record PostgresAddress
{
    private const int DefaultPort = 5432;
    private const int ConnectSeconds = 5;
    private const int CommandSeconds = 10;

    private PostgresAddress(string connectionString, string shown) => (ConnectionString, Shown) = (connectionString, shown);

    /// <summary>For the driver.</summary>
    public string ConnectionString { get; }

    /// <summary>For people: without the password.</summary>
    public string Shown { get; }

    /// <summary>Whether a store is one in PostgreSQL.</summary>
    public static bool Is(string? store) => store is not null
        && (store.StartsWith("postgres://", StringComparison.Ordinal) || store.StartsWith("postgresql://", StringComparison.Ordinal));

    /// <summary>Reads an address. A password that is not in it comes from PGPASSWORD or the file of PGPASSFILE.</summary>
    /// <exception cref="FleetStoreException">It is none.</exception>
    public static PostgresAddress Parse(string store)
    {
        if (!Is(store) || !Uri.TryCreate(store, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            throw new FleetStoreException("The store is not an address such as postgres://user@host:5432/database.");
        }

        var database = Uri.UnescapeDataString(url.AbsolutePath.Trim('/'));
        var user = url.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToList();
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = url.IdnHost.Trim('[', ']'),
            Port = url.Port > 0 ? url.Port : DefaultPort,
            Pooling = false,
            Timeout = ConnectSeconds,
            CommandTimeout = CommandSeconds,
            TcpKeepAlive = true,
            MaxAutoPrepare = 64,
            ApplicationName = "fleetbridge",
        };
        if (database.Length > 0)
        {
            builder.Database = database;
        }

        if (user[0].Length > 0)
        {
            builder.Username = user[0];
        }

        if (user is [_, { Length: > 0 } password])
        {
            builder.Password = password;
        }

        foreach (var option in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            Set(builder, option.Split('=', 2));
        }

        return new PostgresAddress(
            builder.ConnectionString, $"postgres://{(user[0].Length > 0 ? $"{user[0]}@" : "")}{url.IdnHost}:{builder.Port}/{database}");
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string[] option)
    {
        try
        {
            var value = Uri.UnescapeDataString(option is [_, var text] ? text : "");
            switch (option[0])
            {
                case "sslmode":
                    builder.SslMode = Enum.Parse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
                    break;
                case "sslrootcert":
                    builder.RootCertificate = value;
                    break;
                case "search_path":
                    builder.SearchPath = value;
                    break;
                default:
                    throw new FleetStoreException(
                        $"The store's address has the parameter {Core.Security.ShortText.Of(option[0])}; sslmode, sslrootcert and search_path are known.");
            }
        }
        catch (ArgumentException)
        {
            throw new FleetStoreException($"The store's address has a value of {option[0]} that PostgreSQL does not know.");
        }
    }
}
