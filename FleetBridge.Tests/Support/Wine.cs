using System.Diagnostics;

namespace FleetBridge.Tests.Support;

/// <summary>
/// A Windows of its own under Debian's wine64: a prefix in a temporary folder, with a server that the programs of all tests share,
/// since its start takes seconds. Everything ends with it.
/// </summary>
internal sealed class Wine : IAsyncDisposable
{
    /// <summary>The program that runs a Windows program; the process that it is started as is that program's.</summary>
    public const string Program = "/usr/lib/wine/wine64";

    private const string ServerProgram = "/usr/lib/wine/wineserver64";

    private readonly TemporaryFolder _folder = new();
    private readonly Process _server;

    private Wine()
    {
        Directory.CreateDirectory(_folder["prefix"]);
        Directory.CreateDirectory(_folder["temporary"]);
        var start = new ProcessStartInfo(ServerProgram, ["--foreground", "--persistent"]);
        Prepare(start.Environment);
        _server = Process.Start(start)!;
    }

    /// <summary>The user's folder for what programs keep, as Linux sees it.</summary>
    public string LocalAppData => Path.Combine(
        Directory.EnumerateDirectories(_folder["prefix", "drive_c", "users"]).Single(user => Path.GetFileName(user) != "Public"),
        "AppData", "Local");

    /// <summary>Starts the server and makes the prefix.</summary>
    public static async Task<Wine> StartAsync()
    {
        var wine = new Wine();
        try
        {
            // the services that it starts keep its outputs open, so these are not pipes that somebody reads to their end
            var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" wineboot --init >/dev/null 2>&1 </dev/null", Program]);
            wine.Prepare(start.Environment);

            // no questions about a .NET Framework and a browser; the programs need mscoree.dll, since each assembly names it
            start.Environment["WINEDLLOVERRIDES"] = "mscoree,mshtml=";
            using var boot = Process.Start(start)!;
            using var limit = new CancellationTokenSource(2 * Eventually.Limit);
            await boot.WaitForExitAsync(limit.Token);
            Assert.Equal(0, boot.ExitCode);
            return wine;
        }
        catch
        {
            await wine.DisposeAsync();
            throw;
        }
    }

    /// <summary>A path of Linux as a program of Windows writes it.</summary>
    public static string PathOf(string path) => $"Z:{path.Replace('/', '\\')}";

    /// <summary>Starts the published program. Its input stays open.</summary>
    /// <param name="state">Its state folder, as Linux sees it; null for the usual one.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="variables">Variables besides the test's own.</param>
    /// <param name="folder">Its current folder, as Linux sees it; null for the test's own.</param>
    /// <param name="program">Another program for Windows; null for the published one.</param>
    public FleetBridgeProcess Start(
        string? state,
        IEnumerable<string> args,
        IReadOnlyDictionary<string, string>? variables = null,
        string? folder = null,
        string? program = null)
    {
        string[] line = [program ?? Repository.WindowsProgram!, .. FleetBridgeProcess.OnFreePorts([.. args])];
        var start = new ProcessStartInfo(Program, line) { WorkingDirectory = folder ?? "" };
        Prepare(start.Environment, state, variables);
        return FleetBridgeProcess.Start(start);
    }

    /// <summary>Starts the published program in a terminal.</summary>
    public FleetBridgeProcess StartInTerminal(string state, params string[] args)
    {
        var command = string.Join(' ', args.Prepend(Repository.WindowsProgram!).Prepend(Program).Select(word => $"'{word}'"));
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", $"stty cols 120; exec {command}", "/dev/null"]);
        Prepare(start.Environment, state);
        start.Environment["TERM"] = "xterm";
        return FleetBridgeProcess.Start(start);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_server.HasExited)
        {
            // it ends all programs of the prefix, and the server
            var start = new ProcessStartInfo(ServerProgram, ["--kill"]);
            Prepare(start.Environment);
            using var kill = Process.Start(start)!;
            using var limit = new CancellationTokenSource(Eventually.Limit);
            await kill.WaitForExitAsync(limit.Token);
            await _server.WaitForExitAsync(limit.Token);
        }

        _server.Dispose();
        _folder.Dispose();
    }

    private void Prepare(
        IDictionary<string, string?> environment, string? state = null, IReadOnlyDictionary<string, string>? variables = null)
    {
        FleetBridgeProcess.Prepare(environment, state is null ? "" : PathOf(state));

        // their files are named as Linux writes it
        foreach (var name in environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            environment.Remove(name);
        }

        environment["WINEPREFIX"] = _folder["prefix"];
        environment["WINEDEBUG"] = "-all";

        // the server's sockets
        environment["TMPDIR"] = _folder["temporary"];

        // Wine maps a page twice as Windows does not: see docs/windows.md
        environment["DOTNET_EnableWriteXorExecute"] = "0";
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }
    }
}
