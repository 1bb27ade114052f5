using System.Runtime.Versioning;
using System.Text;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws.Packages;

[UnsupportedOSPlatform("windows")]
public sealed class InstallScriptTests
{
    [Theory]
    [InlineData("#!/bin/sh\nexit 0\n", null)]
    [InlineData("#!/bin/bash", null)]
    [InlineData("#! /usr/bin/env bash\nexit 0\n", null)]
    [InlineData("\x7f" + "ELF", null)]
    [InlineData("", "is empty")]
    [InlineData("\n#!/bin/sh\n", "does not begin with #!")]
    [InlineData(" #!/bin/sh\n", "does not begin with #!")]
    [InlineData("echo hi\n", "does not begin with #!")]
    [InlineData("# !/bin/sh\n", "does not begin with #!")]
    [InlineData("#!\nexit 0\n", "names no interpreter")]
    [InlineData("#!  ", "names no interpreter")]
    [InlineData("#!/bin/sh\r\nexit 0\r\n", "Windows line endings")]
    [InlineData("#!/bin/sh\nexit 0\r\n", "Windows line endings")]
    [InlineData("\ufeff#!/bin/sh\nexit 0\n", "byte order mark (UTF-8)")]
    public async Task Script_for_linux_has_to_be_one_that_linux_runs(string content, string? problem)
    {
        using var package = PackageFolder.Of(isLinux: true);
        package.Write("install.sh", content);
        await package.AssertSaysAsync(PackageFolder.LinuxLaunch, problem, null);
    }

    [Fact]
    public async Task Script_in_utf16_is_refused_on_both_systems()
    {
        foreach (var isLinux in new[] { true, false })
        {
            using var package = PackageFolder.Of(isLinux);
            package.Write(isLinux ? "install.sh" : "install.bat", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("#!/bin/sh\n")]);
            await package.AssertSaysAsync(isLinux ? PackageFolder.LinuxLaunch : PackageFolder.WindowsLaunch, "UTF-16", null);
        }
    }

    [Theory]
    [InlineData("exit /b 0\r\n", null)]
    [InlineData("", null)]
    [InlineData("\ufeffexit /b 0\r\n", "byte order mark")]
    public async Task Script_for_windows_is_judged_by_windows_rules(string content, string? warning)
    {
        using var package = PackageFolder.Of(isLinux: false);
        package.Write("install.bat", content);
        await package.AssertSaysAsync(PackageFolder.WindowsLaunch, null, warning);
    }

    [Fact]
    public async Task Script_for_linux_needs_its_executable_bit()
    {
        Requires.Unix();
        using var package = PackageFolder.Of(isLinux: true);
        File.SetUnixFileMode(package["install.sh"], (UnixFileMode)0x1a4);
        await package.AssertSaysAsync(PackageFolder.LinuxLaunch, "install.sh has no executable bit", null);
        await package.AssertSaysAsync(PackageFolder.LinuxLaunch, $"chmod +x \"{package["install.sh"]}\"", null);
    }

    [Fact]
    public async Task Script_of_another_case_is_none_on_linux()
    {
        using var package = PackageFolder.Of(isLinux: true);
        File.Move(package["install.sh"], package["Install.sh"]);
        await package.AssertSaysAsync(PackageFolder.LinuxLaunch, "has to be called install.sh", null);
    }

    [Fact]
    public async Task Folder_in_the_scripts_place_is_none()
    {
        using var package = PackageFolder.Of(isLinux: true);
        File.Delete(package["install.sh"]);
        Directory.CreateDirectory(package["install.sh"]);
        await package.AssertSaysAsync(PackageFolder.LinuxLaunch, "install.sh does not exist", null);
    }
}
