using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>The script that GameLift runs once on each new instance, before the first server starts.</summary>
internal static class InstallScript
{
    private const string Linux = "install.sh";
    private const string Windows = "install.bat";

    /// <summary>Checks the script of a package.</summary>
    /// <returns>Its text; empty when it cannot be read.</returns>
    public static string Check(string root, bool isLinux, List<string> problems, List<string> warnings)
    {
        var name = isLinux ? Linux : Windows;
        var script = Path.Combine(root, name);
        var found = GameFile.Find(root, name);
        if (found is null && FileStatus.Of(script) is null or { Kind: FileKind.Folder })
        {
            problems.Add($"The install script {script} does not exist; GameLift runs it once on each new instance to install "
                + "what the server needs.");
            return "";
        }

        if (isLinux && found is not null && found.Name != name)
        {
            problems.Add($"The install script {found.Path} has to be called {name}: Linux distinguishes upper and lower case.");
        }

        script = found?.Path ?? script;
        try
        {
            var content = UserFile.ReadAllBytes(script, UserFile.MostText);
            if (isLinux)
            {
                CheckLinux(script, content, problems);
            }
            else
            {
                CheckWindows(script, content, problems, warnings);
            }

            return System.Text.Encoding.UTF8.GetString(content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"The install script {script} cannot be read: {exception.Message}");
            return "";
        }
    }

    private static void CheckLinux(string script, byte[] content, List<string> problems)
    {
        if (ExecutableBit.FindProblem(script) is { } missing)
        {
            problems.Add($"The install script {script} {missing}");
        }

        if (ExecutableHeader.Of(content).Format == ExecutableFormat.Elf)
        {
            return;
        }

        if (MarkOf(content) is { } mark)
        {
            problems.Add($"The install script {script} begins with a byte order mark ({mark}), so that Linux does not see its #!. Save it as "
                + "UTF-8 without a byte order mark.");
        }
        else if (content.Length == 0)
        {
            problems.Add($"The install script {script} is empty, and Linux cannot run it without #!. If nothing has to be installed, write "
                + "'#!/bin/sh' and 'exit 0' in two lines.");
        }
        else if (!content.AsSpan().StartsWith("#!"u8))
        {
            problems.Add($"The install script {script} does not begin with #! and its interpreter, so that Linux cannot run it. Write "
                + "#!/bin/sh in its first line.");
        }
        else if (FirstLine(content).Trim((byte)' ').Length == 2)
        {
            problems.Add($"The install script {script} names no interpreter behind #!. Write #!/bin/sh in its first line.");
        }

        if (content.AsSpan().Contains((byte)'\r'))
        {
            problems.Add($"The install script {script} has Windows line endings, and Linux cannot run it. Save it with LF line endings.");
        }
    }

    private static void CheckWindows(string script, byte[] content, List<string> problems, List<string> warnings)
    {
        switch (MarkOf(content))
        {
            case "UTF-8":
                warnings.Add($"The install script {script} begins with a byte order mark (UTF-8), so that Windows does not understand its first "
                    + "line. Save it as UTF-8 without one.");
                break;
            case { } mark:
                problems.Add($"The install script {script} is {mark}, which Windows' command processor does not understand. Save it as UTF-8 "
                    + "without a byte order mark.");
                break;
        }
    }

    private static string? MarkOf(byte[] content) => content switch
    {
        [0xef, 0xbb, 0xbf, ..] => "UTF-8",
        [0xff, 0xfe, ..] or [0xfe, 0xff, ..] => "UTF-16",
        _ => null,
    };

    private static ReadOnlySpan<byte> FirstLine(byte[] content)
    {
        var line = content.AsSpan();
        var end = line.IndexOfAny((byte)'\n', (byte)'\r');
        return end < 0 ? line : line[..end];
    }
}
