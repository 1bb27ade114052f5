using System.Diagnostics;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>The <c>aws</c> command, which is what FleetBridge's upload is measured against.</summary>
internal static class AwsCommand
{
    /// <summary>What to do where there is none.</summary>
    public const string HowToGet =
        "There is no aws command here, so only our side is measured. 'pip install awscli' gets one; Debian's package (apt-get "
        + "install --no-install-recommends awscli) does too where it knows AWS_ENDPOINT_URL (aws-cli 2.13, or 1.29 with botocore 1.31).";

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
