using System.Diagnostics;
using System.Globalization;
using FleetBridge.Fleet.Store;
using Npgsql;

namespace FleetBridge.Tests.Support;

/// <summary>A PostgreSQL of this machine's own packages, on a free port, with its data in a temporary folder.</summary>
internal sealed class PostgresServer : IAsyncLifetime
{
    private const string Programs = "/usr/lib/postgresql";
    private const string User = "postgres";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"fleetbridge-postgres-{Guid.NewGuid():N}");
    private int _databases;
    private Process? _server;
    private int _port;

    /// <summary>The folder of the newest version's programs; null where there is none, or it could not be run.</summary>
    public static string? Bin { get; } = OperatingSystem.IsLinux() && File.Exists("/usr/bin/setpriv") && Directory.Exists(Programs)
        ? Directory.GetDirectories(Programs)
            .OrderBy(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin")).LastOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
        : null;

    public async ValueTask InitializeAsync()
    {
        if (Bin is null)
        {
            return;
        }

        Directory.CreateDirectory(_folder);
        await RunAsync("/bin/chown", User, _folder);
        await RunAsync(
            "/usr/bin/setpriv", [.. AsUser, Path.Combine(Bin, "initdb"), "-D", Data, "-U", "test", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await StopAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>Starts it, on the port that it had before.</summary>
    public async Task StartAsync()
    {
        _port = _port == 0 ? FreePorts.Take() : _port;
        string[] settings =
        [
            "listen_addresses=127.0.0.1", $"port={_port}", "unix_socket_directories=", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
            "shared_buffers=32MB", "max_connections=50",
        ];
        _server = Begin(
            "/usr/bin/setpriv", [.. AsUser, Path.Combine(Bin!, "postgres"), "-D", Data, .. settings.SelectMany(setting => new[] { "-c", setting })]);
        _server.ErrorDataReceived += (_, _) => { };
        _server.BeginErrorReadLine();
        await Eventually.TrueAsync(CanConnectAsync, "PostgreSQL accepts connections");
    }

    /// <summary>Ends it, with the connections that it has.</summary>
    public async Task StopAsync()
    {
        await RunAsync("/bin/kill", "-INT", $"{_server!.Id}");
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its address.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"fleet_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(AddressOf("postgres"), $"CREATE DATABASE {name}");
        return AddressOf(name);
    }

    /// <summary>Runs a statement.</summary>
    public static async Task ExecuteAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresAddress.Parse(address).ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string[] AsUser => Environment.IsPrivilegedProcess ? [$"--reuid={User}", $"--regid={User}", "--clear-groups"] : ["--clear-groups"];

    private string Data => Path.Combine(_folder, "data");

    private static Process Begin(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
    })!;

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Begin(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await output}{errors}");
    }

    private string AddressOf(string database) => $"postgres://test@127.0.0.1:{_port}/{database}";

    private async Task<bool> CanConnectAsync()
    {
        try
        {
            await ExecuteAsync(AddressOf("postgres"), "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
