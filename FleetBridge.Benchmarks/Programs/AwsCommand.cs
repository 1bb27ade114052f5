using System.Diagnostics;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>The <c>aws</c> command, which is what FleetBridge's upload is measured against.</summary>
internal static class AwsCommand
{
    /// <summary>What to do where there is none.</summary>
    public const string HowToGet =
        "There is no aws command here, so only our side is measured. Debian has one (apt-get install --no-install-recommends "
        + "awscli); it has to know AWS_ENDPOINT_URL (botocore 1.31 or later: pip install awscli).";

    /// <summary>Where it is; null when it is not on the path.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .SelectMany(folder => new[] { Path.Combine(folder, "aws"), Path.Combine(folder, "aws.exe") })
        .FirstOrDefault(File.Exists);

    /// <summary>An upload of a folder as a new build.</summary>
    public static ProcessStartInfo UploadBuild(string aws, string root) => new(
        aws,
        [
            "gamelift", "upload-build", "--name", "peer-build", "--build-version", "1", "--build-root", root,
            "--operating-system", "WINDOWS_2022", "--server-sdk-version", "5.4.0",
        ]);
}
