using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>A C program on the engine's libraries, compiled once for the tests of a class (Fixtures/EngineClient).</summary>
public sealed class EngineClient : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly Lazy<bool> Compiler = new(() => Runs("gcc", "--version"));
    private static readonly Lazy<bool> Libraries = new(() => Runs("pkg-config", "--exists", "libcurl", "libwebsockets"));

    internal static bool HasCompiler => Compiler.Value;

    internal static bool HasLibraries => Libraries.Value;

    private string Program => _folder["engine_client"];

    public async ValueTask InitializeAsync()
    {
        if (!HasCompiler || !HasLibraries)
        {
            // each test says so
            return;
        }

        var source = Path.Combine(Repository.Root, "FleetBridge.Tests", "Fixtures", "EngineClient", "engine_client.c");
        var (code, flags) = await RunAsync("pkg-config", "--cflags", "--libs", "libcurl", "libwebsockets");
        Assert.Equal(0, code);
        (code, var output) = await RunAsync(
            "gcc",
            ["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror", "-O1", "-o", Program, source, .. Words(flags)]);
        Assert.True(code == 0, output);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Sends requests one after the other, as the engine's HTTP module does on one libcurl handle.</summary>
    /// <param name="port">The bridge's.</param>
    /// <param name="quiet">After so long with less than a byte a second the client gives up; zero for never.</param>
    /// <param name="targets">The raw targets.</param>
    internal async Task<IReadOnlyList<EngineReply>> PostAsync(int port, TimeSpan quiet, params string[] targets)
    {
        var (code, output) = await RunAsync(
            Program, ["http", $"{port}", quiet.TotalSeconds.ToString(CultureInfo.InvariantCulture), .. targets]);
        Assert.True(code == 0, output);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Select(EngineReply.Parse)];
    }

    /// <summary>Begins to follow the log.</summary>
    /// <param name="port">The log socket's.</param>
    /// <param name="host">The Host header, which differs with the engine's version.</param>
    /// <param name="count">After so many records it goes, without a word.</param>
    /// <returns>What it prints: <c>open</c>, then the records as they came.</returns>
    internal Task<string[]> FollowAsync(int port, string host, int count) => LinesAsync(RunAsync(Program, "log", $"{port}", host, $"{count}"));

    private static async Task<string[]> LinesAsync(Task<(int Code, string Output)> run) =>
        (await run).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Words(string text) =>
        text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static bool Runs(string program, params string[] args)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] args)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output + await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}

/// <summary>What libcurl has got for a request.</summary>
/// <param name="Status">The status code.</param>
/// <param name="NewConnections">How many connections it took; 0 when an earlier one was used again.</param>
/// <param name="LongestSilence">Between two pieces of the body, or before the first.</param>
/// <param name="Json">The body.</param>
internal sealed record EngineReply(int Status, int NewConnections, TimeSpan LongestSilence, JsonObject Json)
{
    /// <summary>Reads the client's two lines.</summary>
    public static EngineReply Parse(string[] lines)
    {
        var words = lines[0].Split(' ');
        return new EngineReply(
            int.Parse(words[1], CultureInfo.InvariantCulture),
            int.Parse(words[3], CultureInfo.InvariantCulture),
            TimeSpan.FromMilliseconds(double.Parse(words[7], CultureInfo.InvariantCulture)),
            JsonNode.Parse(lines[1])!.AsObject());
    }
}
