using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws.Packages;

public sealed class LinkedLibrariesTests
{
    private const string ThirdParty = "$ORIGIN/../../../Engine/Binaries/ThirdParty/Steamworks/x86_64-unknown-linux-gnu";
    private const string InThirdParty = "Engine/Binaries/ThirdParty/Steamworks/x86_64-unknown-linux-gnu/";

    [Theory]
    [InlineData("libc.so.6", null, null, null)]
    [InlineData("libstdc++.so.6", null, null, null)]
    [InlineData("ld-linux-x86-64.so.2", null, null, null)]
    [InlineData("libssl.so.3", null, null, null)]
    [InlineData("libsteam_api.so", ThirdParty, InThirdParty + "libsteam_api.so", null)]
    [InlineData("libsteam_api.so", "/usr/lib:" + ThirdParty, InThirdParty + "libsteam_api.so", null)]
    [InlineData("libfmod.so", "$ORIGIN", "G/Binaries/Linux/libfmod.so", null)]
    [InlineData("libfmod.so", "${ORIGIN}/", "G/Binaries/Linux/libfmod.so", null)]
    [InlineData("libsteam_api.so", ThirdParty, null, "needs libsteam_api.so, which is neither in the package nor a part of Amazon Linux")]
    [InlineData("libsteam_api.so", null, null, "Engine folder")]
    [InlineData("libsteam_api.so", ThirdParty, "lib/libsteam_api.so", "does not look for it where the package has it (lib/libsteam_api.so)")]
    [InlineData("libfmod.so", null, "G/Binaries/Linux/libfmod.so", "does not look for it")]
    [InlineData("libfmod.so", "$ORIGIN/../../../../..", "libfmod.so", "does not look for it")]
    [InlineData("libfmod.so", "$ORIGIN", "G/Binaries/Linux/libFmod.so", "neither in the package")]
    [InlineData("libUnrealEditor-Core.so", "$ORIGIN", "G/Binaries/Linux/libUnrealEditor-Core.so", "is a build of the editor (libUnrealEditor-Core.so)")]
    public async Task Library_of_a_linux_server_is_looked_for_as_the_loader_does(string library, string? runPath, string? file, string? warning)
    {
        using var package = PackageFolder.Of(isLinux: true);
        package.Write(PackageFolder.LinuxServer, ProgramImage.Elf([library], runPath));
        if (file is not null)
        {
            package.Write(file, ProgramImage.Elf(isLibrary: true));
        }

        await package.AssertSaysAsync(PackageFolder.LinuxLaunch, null, warning);
    }

    [Theory]
    [InlineData("KERNEL32.dll", null, "", null)]
    [InlineData("ws2_32.dll", null, "", null)]
    [InlineData("WINSPOOL.DRV", null, "", null)]
    [InlineData("api-ms-win-crt-runtime-l1-1-0.dll", null, "", null)]
    [InlineData("VCRUNTIME140.dll", null, "exit /b 0", "Visual C++ runtime")]
    [InlineData("VCRUNTIME140_1.dll", null, "exit /b 0", "UEPrereqSetup_x64.exe")]
    [InlineData("VCRUNTIME140.dll", "G/Binaries/Win64/vcruntime140.dll", "", null)]
    [InlineData("MSVCP140.dll", null, "Engine\\Extras\\Redist\\en-us\\UEPrereqSetup_x64.exe /q", null)]
    [InlineData("MSVCP140.dll", null, "vc_redist.x64.exe /q", null)]
    [InlineData("VCRUNTIME140D.dll", null, "vc_redist.x64.exe /q", "is a debug build: it comes with VCRUNTIME140D.dll")]
    [InlineData("vcruntime140_1d.dll", null, "", "is a debug build")]
    [InlineData("ucrtbased.dll", null, "", "is a debug build")]
    [InlineData("MSVCP140D.dll", "G/Binaries/Win64/msvcp140d.dll", "", "is a debug build")]
    [InlineData("kernel32.dll", "G/Binaries/Win64/msvcp140d.dll", "", "is a debug build")]
    [InlineData("steam_api64.dll", "G/Binaries/Win64/steam_api64.dll", "", null)]
    [InlineData("steam_api64.dll", null, "", "needs steam_api64.dll, which is neither in the package nor a part of Windows")]
    [InlineData("steam_api64.dll", null, "copy steam_api64.dll C:\\Windows", null)]
    [InlineData("tbbmalloc.dll", "Engine/Binaries/ThirdParty/tbb/tbbmalloc.dll", "", "Put it beside the executable")]
    [InlineData("UnrealEditor-Core.dll", "G/Binaries/Win64/UnrealEditor-Core.dll", "", "is a build of the editor")]
    public async Task Library_of_a_windows_server_is_looked_for_as_windows_does(string library, string? file, string install, string? warning)
    {
        using var package = PackageFolder.Of(isLinux: false);
        package.Write(PackageFolder.WindowsServer, ProgramImage.Pe([library]));
        package.Write("install.bat", install);
        if (file is not null)
        {
            package.Write(file, ProgramImage.Pe(isLibrary: true));
        }

        await package.AssertSaysAsync(PackageFolder.WindowsLaunch, null, warning);
    }

    [Theory]
    [InlineData("GServer-Win64-Debug.exe", "is a debug build by its name")]
    [InlineData("GServer-Win64-DebugGame.exe", "is a debug build by its name")]
    [InlineData("GServer-Win64-Shipping.exe", null)]
    [InlineData("UnrealEditor.exe", "is a build of the editor")]
    [InlineData("UE4Editor-Cmd.exe", "is a build of the editor")]
    public async Task Configuration_is_seen_by_the_servers_name(string name, string? warning)
    {
        using var package = PackageFolder.Of(isLinux: false);
        package.Write($"G/Binaries/Win64/{name}", ProgramImage.Pe());
        await package.AssertSaysAsync($"C:/game/G/Binaries/Win64/{name}", null, warning);
    }

    [Theory]
    [InlineData(10, null)]
    [InlineData(60, "GameLift stores 100 GB of all builds")]
    [InlineData(120, "more than the 100 GB")]
    public async Task Size_near_gamelifts_limit_is_a_warning(int gigabytes, string? warning)
    {
        Requires.Linux();
        using var package = PackageFolder.Of(isLinux: false);
        for (var part = 0; part < gigabytes / 10; part++)
        {
            using var file = File.Create(package[$"G/pak{part}"]);
            file.SetLength(10_000_000_000);
        }

        await package.AssertSaysAsync(PackageFolder.WindowsLaunch, null, warning);
        package.Write(".fleetbridgeignore", "pak*\n");
        await package.AssertSaysAsync(PackageFolder.WindowsLaunch, null, null);
    }
}
