using System.Text.RegularExpressions;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>Where GameLift starts the server on its instances.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="IsLinux">Whether it is a path of Linux.</param>
/// <param name="InGame">The file in the package, with forward slashes.</param>
internal sealed partial record LaunchPath(string Text, bool IsLinux, string InGame)
{
    /// <summary>Where GameLift unpacks a build on Linux.</summary>
    public const string LinuxGame = "/local/game/";

    /// <summary>Where GameLift unpacks a build on Windows.</summary>
    public const string WindowsGame = "C:/game/";

    // LaunchPathStringModel of GameLift's service model of 2015-10-01
    private const int MostCharacters = 1024;

    /// <summary>The folder in which the build is unpacked.</summary>
    public string Game => IsLinux ? LinuxGame : WindowsGame;

    /// <summary>The newest of GameLift's systems that fit.</summary>
    public string ExampleSystem => IsLinux ? "AMAZON_LINUX_2023" : "WINDOWS_2022";

    /// <summary>The system's name for people.</summary>
    public string System => IsLinux ? "Linux" : "Windows";

    /// <summary>Reads a launch path.</summary>
    /// <param name="text">The setting; null when it is not set.</param>
    /// <param name="problems">Receives what is wrong with it.</param>
    /// <returns>The path; null when it leads nowhere.</returns>
    public static LaunchPath? Read(string? text, List<string> problems)
    {
        if (text is null)
        {
            problems.Add($"The launch path is not set ({AwsSettings.FleetLaunchPath}).");
            return null;
        }

        if (text.Length > MostCharacters)
        {
            problems.Add($"The launch path {text[..60]}… has {text.Length} characters; GameLift accepts {MostCharacters}.");
            return null;
        }

        if (!Allowed().IsMatch(text))
        {
            problems.Add($"The launch path {text} contains a character that GameLift does not accept. Allowed are ASCII "
                + "letters and digits, spaces and _ : . + - / \\.");
        }

        var windows = WindowsPath().Match(text);
        var linux = !windows.Success && text.StartsWith(LinuxGame, StringComparison.Ordinal);
        if (!linux && !windows.Success)
        {
            problems.Add($"The launch path {text} must begin with {WindowsGame} (Windows) or {LinuxGame} (Linux): that is where "
                + "GameLift unpacks the build.");
            return null;
        }

        if (linux && text.Contains('\\', StringComparison.Ordinal))
        {
            problems.Add($"The launch path {text} contains a backslash, which separates nothing on Linux; use forward slashes.");
            return null;
        }

        var path = new LaunchPath(text, linux, linux ? text[LinuxGame.Length..] : text[windows.Length..].Replace('\\', '/'));
        if (path.InGame.Split('/').Any(segment => segment is "" or "." or ".."))
        {
            problems.Add($"The launch path {text} contains an empty or a dot segment after {path.Game}.");
            return null;
        }

        return path;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_:.+/\\\- ]+\z")]
    private static partial Regex Allowed();

    [GeneratedRegex(@"^[Cc]:[/\\]game[/\\]")]
    private static partial Regex WindowsPath();
}
