namespace FleetBridge.Tests.Support;

/// <summary>
/// What a test needs from the machine: called at its beginning, so that the test is skipped where something is missing, with a
/// reason that says what to install or to set.
/// </summary>
internal static class Requires
{
    /// <summary>The Python of the system, which has its packages.</summary>
    public const string RealPython = "/usr/bin/python3";

    private const string LargeFilesVariable = "FLEETBRIDGE_TEST_LARGE_FILES";

    /// <summary>Signals, shells, file modes, scripts as programs.</summary>
    public static void Unix() => Assert.SkipWhen(
        OperatingSystem.IsWindows(), "It uses signals, a shell or file modes, which Windows does not have: run it on Linux.");

    /// <summary><c>/proc</c>, <c>/dev/full</c> or a tool that behaves differently elsewhere.</summary>
    public static void Linux() => Assert.SkipUnless(
        OperatingSystem.IsLinux(), "It uses /proc, /dev or a tool as Linux has them: run it on Linux.");

    /// <summary>A second loopback address.</summary>
    public static void IPv6Loopback() => Assert.SkipUnless(
        Loopback.HasIPv6, "The address ::1 cannot be bound: enable IPv6 on this machine's loopback interface.");

    /// <summary>A Python that runs the Lambda handlers and the editor's module.</summary>
    public static void Python() => Assert.SkipUnless(
        Support.Python.IsInstalled, "There is no python3 (3.9 or later) on the PATH (Debian: apt-get install python3).");

    /// <summary>Debian's botocore, in Debian's own Python.</summary>
    public static void Botocore() => Assert.SkipUnless(
        System.IO.File.Exists(Support.Python.Debian) && Directory.Exists("/usr/lib/python3/dist-packages/botocore"),
        "There is no botocore in /usr/bin/python3 (Debian: apt-get install python3-botocore).");

    /// <summary>pycodestyle, as a command or as a module of the machine's python3.</summary>
    public static void Pycodestyle() => Assert.SkipWhen(
        Support.Pycodestyle.Command is null,
        "There is no pycodestyle, neither on the PATH nor in python3 (Debian: apt-get install pycodestyle).");

    /// <summary>A Chromium.</summary>
    public static void Chromium() => Assert.SkipUnless(
        Support.Chromium.IsInstalled, "There is no chromium on the PATH (Debian: apt-get install chromium-headless-shell).");

    /// <summary>The engine's own libraries, and a C compiler to build a client on them.</summary>
    public static void EngineClient()
    {
        Unix();
        Assert.SkipUnless(Support.EngineClient.HasCompiler, "There is no gcc on the PATH (Debian: apt-get install gcc libc6-dev).");
        Assert.SkipUnless(
            Support.EngineClient.HasLibraries,
            "There is no libcurl or libwebsockets to build on (Debian: apt-get install pkg-config libcurl4-openssl-dev libwebsockets-dev).");
    }

    /// <summary>PostgreSQL's programs.</summary>
    public static void Postgres() => Assert.SkipWhen(
        PostgresServer.Bin is null, "There is no PostgreSQL to start (Debian: apt-get install postgresql util-linux; no service has to run).");

    /// <summary>A C compiler for the tests' game server and its like.</summary>
    public static void GameServerProgram()
    {
        Linux();
        Assert.SkipUnless(Support.CompiledFixture.HasCompiler, "There is no /usr/bin/gcc (Debian: apt-get install gcc libc6-dev).");
    }

    /// <summary>AWS's own command-line program.</summary>
    public static void AwsCommand() => Assert.SkipUnless(
        IsOnPath("aws"), "There is no aws command on the PATH (Debian: apt-get install awscli).");

    /// <summary>Debian's Python with boto3.</summary>
    public static void Boto3() => Assert.SkipUnless(
        System.IO.File.Exists(RealPython) && Directory.Exists("/usr/lib/python3/dist-packages/boto3"),
        "There is no boto3 in /usr/bin/python3 (Debian: apt-get install python3-boto3).");

    /// <summary>AWS's JavaScript client, and a Node to run it.</summary>
    public static void GameLiftClient()
    {
        Assert.SkipUnless(IsOnPath("node"), "There is no node on the PATH (Debian: apt-get install nodejs npm).");
        Assert.SkipUnless(
            Support.GameLiftClient.IsInstalled,
            $"{Support.GameLiftClient.Folder} has no @aws-sdk/client-gamelift: copy package.json and package-lock.json from "
            + "FleetBridge.Tests/Fixtures/GameLiftClient there and run npm ci, as .ci/run does.");
    }

    /// <summary>The published release for Windows, and Wine to run it.</summary>
    public static void WindowsRelease()
    {
        Linux();
        File(Wine.Program, "wine64");
        Assert.SkipWhen(
            Repository.WindowsProgram is null,
            $"{Repository.WindowsVariable} names no folder with a fleetbridge.exe: set it to the output of "
            + "'dotnet publish FleetBridge -c Release -r win-x64 --self-contained true -o <folder>', as .ci/run does.");
    }

    /// <summary>The package of the .NET tool, with its starter for Windows.</summary>
    public static void ToolPackage() => Assert.SkipWhen(
        Repository.ToolFolder is null,
        $"{Repository.ToolVariable} names no folder with the .NET tool's package: set it to the output of "
        + "'dotnet pack FleetBridge -c Release -p:PackAsToolShimRuntimeIdentifiers=win-x64 -o <folder>', as .ci/run does.");

    /// <summary>A program at a fixed place.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="package">The Debian package that has it.</param>
    public static void File(string path, string package) => Assert.SkipUnless(
        System.IO.File.Exists(path), $"There is no {path} (Debian: apt-get install {package}).");

    /// <summary>The time to read and pack gigabytes.</summary>
    public static void LargeFiles() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable(LargeFilesVariable) == "1",
        $"It packs gigabytes, which takes minutes: set {LargeFilesVariable}=1 to run it.");

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => System.IO.File.Exists(Path.Combine(folder, program)));
}
