using System.Diagnostics;
using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>The program as <c>dotnet tool install</c> installs its package, with the starter for Windows beside that of this system.</summary>
internal static class InstalledTool
{
    private const string WindowsStarter = "shims/win-x64/fleetbridge.exe";

    /// <summary>Installs it.</summary>
    /// <param name="place">The folder for it, as with <c>--tool-path</c>.</param>
    /// <param name="home">A folder for what the command keeps about itself.</param>
    /// <returns>What the command has printed.</returns>
    public static async Task<string> InstallAsync(string place, string home)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["tool", "install", "FleetBridge", "--tool-path", place, "--source", Repository.ToolFolder!, "--no-http-cache"])
        {
            WorkingDirectory = home,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_HOME"] = home;
        start.Environment["TMPDIR"] = home;
        using var process = Process.Start(start)!;
        var (text, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var printed = await text + await errors;
        Assert.True(process.ExitCode == 0, printed);

        // Windows's own command puts the package's starter, or one that it makes the same way, into the same folder
        var starter = Assert.Single(Directory.EnumerateFiles(Path.Combine(place, ".store"), "fleetbridge.exe", SearchOption.AllDirectories));
        Assert.EndsWith(WindowsStarter, starter, StringComparison.Ordinal);
        File.Copy(starter, Path.Combine(place, "fleetbridge.exe"));
        return printed;
    }

    /// <summary>Lays out .NET for Windows as its installer does, of the packages that the program for Windows was published from.</summary>
    /// <param name="root">The folder for it.</param>
    public static void LayWindowsRuntime(string root)
    {
        var settings = Path.ChangeExtension(Repository.WindowsProgram!, ".runtimeconfig.json");
        var frameworks = JsonNode.Parse(File.ReadAllText(settings))!["runtimeOptions"]!["includedFrameworks"]!.AsArray();
        foreach (var framework in frameworks)
        {
            var (name, version) = ((string)framework!["name"]!, (string)framework["version"]!);
            var package = Path.Combine(Packages, $"{name}.Runtime.win-x64".ToLowerInvariant(), version, "runtimes", "win-x64");
            var shared = Directory.CreateDirectory(Path.Combine(root, "shared", name, version)).FullName;
            foreach (var file in Directory.EnumerateFiles(package, "*", SearchOption.AllDirectories))
            {
                var folder = Path.GetFileName(file) == "hostfxr.dll"
                    ? Directory.CreateDirectory(Path.Combine(root, "host", "fxr", version)).FullName
                    : shared;
                File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(file)), file);
            }
        }
    }

    private static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
