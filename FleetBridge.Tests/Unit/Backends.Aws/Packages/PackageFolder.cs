using System.Text;
using FleetBridge.Backends;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws.Packages;

/// <summary>A package on this machine, and its check.</summary>
internal sealed class PackageFolder : IDisposable
{
    public const string WindowsLaunch = "C:/game/G/Binaries/Win64/GServer.exe";
    public const string LinuxLaunch = "/local/game/G/Binaries/Linux/GServer";
    public const string WindowsServer = "G/Binaries/Win64/GServer.exe";
    public const string LinuxServer = "G/Binaries/Linux/GServer";

    private readonly TemporaryFolder _folder = new();
    private readonly AwsOperation _aws = new();

    public string Root => _folder["package"];

    public void Dispose() => _folder.Dispose();

    public string this[string name] => _folder[["package", .. name.Split('/')]];

    /// <summary>A package with a server and an install script.</summary>
    public static PackageFolder Of(bool isLinux)
    {
        var package = new PackageFolder();
        package.Write(isLinux ? LinuxServer : WindowsServer, isLinux ? ProgramImage.Elf() : ProgramImage.Pe());
        package.Write(isLinux ? "install.sh" : "install.bat", isLinux ? "#!/bin/sh\nexit 0\n" : "exit /b 0\r\n");
        return package;
    }

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file that may be executed.</summary>
    public string Write(string name, byte[] content)
    {
        var file = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, (UnixFileMode)0x1ed);
        }

        return file;
    }

    /// <summary>Checks it; a launch path of Linux goes with Amazon Linux, unless the settings say otherwise.</summary>
    public async Task<(bool Ready, IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings)> CheckAsync(
        string launch, params (string Key, string Value)[] settings)
    {
        var given = new Dictionary<string, string>
        {
            ["server_package_root"] = Root,
            ["fleet_launch_path"] = launch,
            ["server_package_os"] = launch.StartsWith('/') ? "AMAZON_LINUX_2023" : "WINDOWS_2022",
        };
        foreach (var (key, value) in settings)
        {
            given[key] = value;
        }

        var result = await _aws.RunAsync("packaged_build", "check", [.. given.Select(setting => (setting.Key, setting.Value))]);
        return (result.Overall == OverallResult.True, AwsOperation.Texts(result, "Problems"), AwsOperation.Texts(result, "Warnings"));
    }

    /// <summary>Checks it, and compares all that is said with a text each: of the problem, or of the warning.</summary>
    public async Task AssertSaysAsync(string launch, string? problem, string? warning, params (string Key, string Value)[] settings)
    {
        var (ready, problems, warnings) = await CheckAsync(launch, settings);
        var all = $"problems: {string.Join(" | ", problems)}\nwarnings: {string.Join(" | ", warnings)}";
        Assert.True(problems.Count == (problem is null ? 0 : 1) && warnings.Count == (warning is null ? 0 : 1), all);
        Assert.Equal(problem is null, ready);
        Assert.Contains(problem ?? "", problems.SingleOrDefault() ?? "", StringComparison.Ordinal);
        Assert.Contains(warning ?? "", warnings.SingleOrDefault() ?? "", StringComparison.Ordinal);
    }
}
