using System.Runtime.Versioning;
using System.Text;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws.Packages;

[UnsupportedOSPlatform("windows")]
public sealed class ServerProgramTests
{
    private static readonly Dictionary<string, byte[]> Contents = new()
    {
        ["elf"] = ProgramImage.Elf(),
        ["elf, header only"] = Encoding.Latin1.GetBytes("\x7f" + "ELF...."),
        ["elf arm64"] = ProgramImage.Elf(machine: ProgramImage.ElfArm64),
        ["elf of another processor"] = ProgramImage.Elf(machine: 243),
        ["elf library"] = ProgramImage.Elf(isLibrary: true),
        ["elf, cut off"] = ProgramImage.Elf()[..^8],
        ["elf, cut off in its tables"] = ProgramImage.Elf()[..100],
        ["elf, damaged"] = [.. ProgramImage.Elf()[..4], 9, 9, .. new byte[100]],
        ["pe"] = ProgramImage.Pe(),
        ["pe, header only"] = "MZ......"u8.ToArray(),
        ["pe, no more than its machine"] = ProgramImage.Pe()[..70],
        ["pe arm64"] = ProgramImage.Pe(machine: ProgramImage.PeArm64),
        ["pe 32 bits"] = ProgramImage.Pe(machine: 0x14c),
        ["pe library"] = ProgramImage.Pe(isLibrary: true),
        ["pe, cut off"] = ProgramImage.Pe()[..^8],
        ["pe, cut off in its tables"] = ProgramImage.Pe()[..120],
        ["pe, damaged"] = [.. "MZ"u8, .. Enumerable.Repeat((byte)0xff, 200)],
        ["macho"] = [0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1],
        ["nothing"] = [],
        ["text"] = "hello\n"u8.ToArray(),
        ["lfs"] = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"u8.ToArray(),
        ["shell"] = "#!/bin/sh\n./G/Binaries/Linux/GServer\n"u8.ToArray(),
    };

    [Theory]
    [InlineData("elf", null, null)]
    [InlineData("elf, header only", null, null)]
    [InlineData("elf arm64", "is for arm64, but the fleet's instance type c5.large is x86-64", null)]
    [InlineData("elf of another processor", "is for another processor", null)]
    [InlineData("elf library", "is a library", null)]
    [InlineData("elf, cut off", "is cut off", null)]
    [InlineData("elf, cut off in its tables", "is cut off", null)]
    [InlineData("elf, damaged", null, "is damaged")]
    [InlineData("pe", "is a Windows program, not a Linux program", null)]
    [InlineData("pe, header only", "is a Windows program, not a Linux program", null)]
    [InlineData("macho", "is a macOS program", null)]
    [InlineData("nothing", "is empty", null)]
    [InlineData("text", null, "is not a Linux program (it is neither ELF nor PE)")]
    [InlineData("lfs", "git lfs pull", null)]
    [InlineData("shell", "is a script", null)]
    public async Task Server_for_linux_is_judged_by_its_content(string content, string? problem, string? warning)
    {
        using var package = PackageFolder.Of(isLinux: true);
        package.Write(PackageFolder.LinuxServer, Contents[content]);
        await package.AssertSaysAsync(PackageFolder.LinuxLaunch, problem, warning);
    }

    [Theory]
    [InlineData("pe", null, null)]
    [InlineData("pe, header only", null, null)]
    [InlineData("pe, no more than its machine", null, null)]
    [InlineData("pe 32 bits", null, null)]
    [InlineData("pe arm64", "is for arm64, but the fleet's instance type c5.large is x86-64", null)]
    [InlineData("pe library", "is a library", null)]
    [InlineData("pe, cut off", "is cut off", null)]
    [InlineData("pe, cut off in its tables", "is cut off", null)]
    [InlineData("pe, damaged", null, "is damaged")]
    [InlineData("elf", "is a Linux program, not a Windows program", null)]
    [InlineData("macho", "is a macOS program", null)]
    [InlineData("nothing", "is empty", null)]
    [InlineData("text", null, "is not a Windows program (it is neither ELF nor PE)")]
    [InlineData("lfs", "git lfs pull", null)]
    public async Task Server_for_windows_is_judged_by_its_content(string content, string? problem, string? warning)
    {
        using var package = PackageFolder.Of(isLinux: false);
        package.Write(PackageFolder.WindowsServer, Contents[content]);
        await package.AssertSaysAsync(PackageFolder.WindowsLaunch, problem, warning);
    }

    [Theory]
    [InlineData("elf arm64", "c6g.large", true)]
    [InlineData("elf arm64", "m7gd.4xlarge", true)]
    [InlineData("elf arm64", "c6gn.medium", true)]
    [InlineData("elf arm64", "g5g.xlarge", true)]
    [InlineData("elf arm64", "a1.large", true)]
    [InlineData("elf arm64", "c8g.48xlarge", true)]
    [InlineData("elf arm64", "g5.xlarge", false)]
    [InlineData("elf arm64", "c6i.large", false)]
    [InlineData("elf", "c5.large", true)]
    [InlineData("elf", "g4dn.xlarge", true)]
    [InlineData("elf", "m7i.large", true)]
    [InlineData("elf", "m7a.medium", true)]
    [InlineData("elf", "c7g.large", false)]
    public async Task Processor_has_to_be_the_instance_types(string content, string instanceType, bool fits)
    {
        using var package = PackageFolder.Of(isLinux: true);
        package.Write(PackageFolder.LinuxServer, Contents[content]);
        await package.AssertSaysAsync(PackageFolder.LinuxLaunch, fits ? null : instanceType, null, ("fleet_ec2_instance_type", instanceType));
    }

    [Theory]
    [InlineData(true, "WINDOWS_2022")]
    [InlineData(true, "WINDOWS_2016")]
    [InlineData(false, "AMAZON_LINUX_2023")]
    [InlineData(false, "AMAZON_LINUX_2")]
    public async Task System_that_does_not_fit_the_executable_is_an_error_that_names_both(bool isLinux, string system)
    {
        using var package = PackageFolder.Of(isLinux);
        var (ready, problems, _) = await package.CheckAsync(
            isLinux ? PackageFolder.LinuxLaunch : PackageFolder.WindowsLaunch, ("server_package_os", system));
        Assert.False(ready);
        var problem = Assert.Single(problems);
        Assert.Contains(package[isLinux ? PackageFolder.LinuxServer : PackageFolder.WindowsServer], problem, StringComparison.Ordinal);
        Assert.Contains($"server_package_os is {system}", problem, StringComparison.Ordinal);
        Assert.Contains(isLinux ? "AMAZON_LINUX_2023" : "WINDOWS_2022", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GServer.sh", "/local/game/GServer.sh")]
    [InlineData("start", "/local/game/start")]
    [InlineData("G/Binaries/Linux/GServer-run.py", "/local/game/G/Binaries/Linux/GServer-run.py")]
    public async Task Script_as_the_launch_path_says_which_file_is_meant(string name, string launch)
    {
        using var package = PackageFolder.Of(isLinux: true);
        package.Write(name, Contents["shell"]);
        package.Write("Engine/Binaries/Linux/CrashReportClient", Contents["elf"]);
        await package.AssertSaysAsync(launch, $"is a script. GameLift does not start scripts", null);
        await package.AssertSaysAsync(launch, $"Do you mean {PackageFolder.LinuxLaunch}?", null);
    }

    [Theory]
    [InlineData("GServer.bat", "@GServer.exe %*\r\n")]
    [InlineData("GServer.cmd", "@GServer.exe %*\r\n")]
    [InlineData("start.ps1", "& G/Binaries/Win64/GServer.exe")]
    public async Task Script_for_windows_says_which_file_is_meant(string name, string content)
    {
        using var package = PackageFolder.Of(isLinux: false);
        package.Write(name, content);
        await package.AssertSaysAsync($"C:/game/{name}", $"Do you mean {PackageFolder.WindowsLaunch}?", null);
    }

    [Theory]
    [InlineData("GServer.exe")]
    [InlineData("GServer-Win64-Shipping.exe")]
    [InlineData("GServer-Win64-Test.exe")]
    public async Task Unreals_starter_program_is_refused_with_the_server_that_it_starts(string server)
    {
        using var package = PackageFolder.Of(isLinux: false);
        File.Delete(package[PackageFolder.WindowsServer]);
        package.Write($"G/Binaries/Win64/{server}", Contents["pe"]);
        package.Write("GServer.exe", Contents["pe"]);
        await package.AssertSaysAsync("C:\\game\\GServer.exe", $"C:/game/G/Binaries/Win64/{server}", null);
        await package.AssertSaysAsync($"C:/game/G/Binaries/Win64/{server}", null, null);
    }

    [Fact]
    public async Task Server_that_is_not_there_is_named_with_the_one_that_is()
    {
        using var package = PackageFolder.Of(isLinux: false);
        await package.AssertSaysAsync("C:/game/G/Binaries/Win64/GServer", $"Do you mean {PackageFolder.WindowsLaunch}?", null);
    }

    [Theory]
    [InlineData("/local/game/G/Binaries/Linux/gserver", "distinguishes upper and lower case")]
    [InlineData("/local/game/g/binaries/linux/GServer", "/local/game/G/Binaries/Linux/GServer")]
    [InlineData("/local/game/G/Binaries/Linux/GServer", null)]
    public async Task Case_counts_on_linux(string launch, string? problem)
    {
        using var package = PackageFolder.Of(isLinux: true);
        await package.AssertSaysAsync(launch, problem, null);
    }

    [Theory]
    [InlineData("C:/game/g/binaries/WIN64/gserver.EXE")]
    [InlineData("C:\\game\\G\\Binaries\\Win64\\GServer.exe")]
    [InlineData("c:\\game\\G/Binaries\\Win64/GServer.exe")]
    [InlineData("C:/game\\G/Binaries/Win64\\GServer.exe")]
    public async Task Neither_case_nor_slashes_count_on_windows(string launch)
    {
        using var package = PackageFolder.Of(isLinux: false);
        File.Move(package["install.bat"], package["Install.BAT"]);
        await package.AssertSaysAsync(launch, null, null);
    }

    [Theory]
    [InlineData("/local/game/G\\Binaries/Linux/GServer", "backslash")]
    [InlineData("C:\\game\\..\\GServer.exe", "dot segment")]
    [InlineData("C:\\game\\\\GServer.exe", "empty or a dot segment")]
    [InlineData("D:\\game\\GServer.exe", "must begin with C:/game/")]
    public async Task Launch_path_that_leads_nowhere_is_refused(string launch, string problem)
    {
        using var package = PackageFolder.Of(launch.StartsWith('/'));
        var (ready, problems, _) = await package.CheckAsync(launch);
        Assert.False(ready);
        Assert.Contains(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launch_path_longer_than_gamelift_accepts_is_refused()
    {
        using var package = PackageFolder.Of(isLinux: true);
        await package.AssertSaysAsync("/local/game/" + new string('a', 1013), "has 1025 characters", null);
    }

    [Theory]
    [InlineData(0x1a4, "has no executable bit")]
    [InlineData(0x1ed, null)]
    [InlineData(0x1c0, null)]
    public async Task Server_for_linux_needs_its_executable_bit(int mode, string? problem)
    {
        Requires.Unix();
        using var package = PackageFolder.Of(isLinux: true);
        File.SetUnixFileMode(package[PackageFolder.LinuxServer], (UnixFileMode)mode);
        await package.AssertSaysAsync(PackageFolder.LinuxLaunch, problem, null);
    }

    [Fact]
    public async Task Server_for_windows_needs_no_executable_bit()
    {
        Requires.Unix();
        using var package = PackageFolder.Of(isLinux: false);
        File.SetUnixFileMode(package[PackageFolder.WindowsServer], UnixFileMode.UserRead);
        await package.AssertSaysAsync(PackageFolder.WindowsLaunch, null, null);
    }

    [Fact]
    public async Task Relative_package_folder_counts_from_the_project()
    {
        using var package = PackageFolder.Of(isLinux: true);
        Directory.CreateDirectory(Path.Combine(package.Root, "project"));
        await package.AssertSaysAsync(
            PackageFolder.LinuxLaunch, null, null, ("server_package_root", ".."), ("project_root", Path.Combine(package.Root, "project")));
    }
}
