namespace FleetBridge.Tests.Support;

/// <summary>A test that wants a real <c>aws</c> command; without one it is skipped and says why.</summary>
internal sealed class AwsCommandFactAttribute : FactAttribute
{
    public AwsCommandFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "aws"))))
        {
            Skip = "There is no aws command on the PATH (Debian: apt-get install awscli).";
        }
    }
}
