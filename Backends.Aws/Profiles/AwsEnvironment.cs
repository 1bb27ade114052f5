using System.Text;

namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>The variables and the home folder by which AWS's files are found, as botocore looks them up.</summary>
/// <param name="Variable">Reads a variable; null when it is not set.</param>
/// <param name="Home">The user's home folder.</param>
internal sealed record AwsEnvironment(Func<string, string?> Variable, string Home)
{
    /// <summary>The folder of AWS's files.</summary>
    public const string Folder = ".aws";

    private const string PasswdFile = "/etc/passwd";

    /// <summary>This process's own.</summary>
    public static AwsEnvironment Current { get; } = new(
        Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>The file of <c>AWS_CONFIG_FILE</c>, else <c>~/.aws/config</c>.</summary>
    public string ConfigFile => File("AWS_CONFIG_FILE", "config");

    /// <summary>The file of <c>AWS_SHARED_CREDENTIALS_FILE</c>, else <c>~/.aws/credentials</c>.</summary>
    public string CredentialsFile => File("AWS_SHARED_CREDENTIALS_FILE", "credentials");

    /// <summary>A variable; null when it is not set, or empty.</summary>
    /// <exception cref="BackendException">It has a line end or another control character, which is not visible.</exception>
    public string? Find(string name)
    {
        if (Variable(name) is not { Length: > 0 } value)
        {
            return null;
        }

        return InvisibleText.Find(value) is { } invisible
            ? throw new BackendException(
                $"The variable {name} {invisible}, which is not a part of what it names.",
                $"Set {name} again without it (Windows line ends: 'tr -d \"\\r\"' removes them), and restart the bridge and the editor.")
            : value;
    }

    /// <summary>A path with its variables and its <c>~</c> replaced, as <c>os.path.expandvars</c> and <c>expanduser</c> do.</summary>
    public string Expand(string path)
    {
        path = ExpandVariables(path);
        if (!path.StartsWith('~'))
        {
            return path;
        }

        var end = path.IndexOfAny(OperatingSystem.IsWindows() ? ['/', '\\'] : ['/']);
        var user = end < 0 ? path[1..] : path[1..end];
        var home = user.Length == 0 ? Variable("HOME") is { Length: > 0 } own && !OperatingSystem.IsWindows() ? own : Home : HomeOf(user);
        return home is null ? path : home.TrimEnd('/') + (end < 0 ? "" : path[end..]);
    }

    // a variable that is set but empty names no file
    private string File(string variable, string name)
    {
        _ = Find(variable);
        return Expand(Variable(variable) ?? Path.Combine("~", Folder, name));
    }

    private string ExpandVariables(string path)
    {
        var result = new StringBuilder();
        for (var at = 0; at < path.Length; at++)
        {
            if (Name(path, at, out var length) is { } name && Variable(name) is { } value)
            {
                result.Append(value);
                at += length - 1;
            }
            else
            {
                result.Append(path[at]);
            }
        }

        return result.ToString();
    }

    /// <summary>The name of the variable that is written at a place: <c>$name</c>, <c>${name}</c>, on Windows also <c>%name%</c>.</summary>
    private static string? Name(string path, int at, out int length)
    {
        length = 0;
        if (path[at] == '%' && OperatingSystem.IsWindows() && path.IndexOf('%', at + 1) is > 0 and var percent)
        {
            length = percent - at + 1;
            return path[(at + 1)..percent];
        }

        if (path[at] != '$')
        {
            return null;
        }

        if (at + 1 < path.Length && path[at + 1] == '{')
        {
            var brace = path.IndexOf('}', at);
            length = brace - at + 1;
            return brace < 0 ? null : path[(at + 2)..brace];
        }

        var end = at + 1;
        while (end < path.Length && (char.IsAsciiLetterOrDigit(path[end]) || path[end] == '_'))
        {
            end++;
        }

        length = end - at;
        return length > 1 ? path[(at + 1)..end] : null;
    }

    private static string? HomeOf(string user)
    {
        if (!System.IO.File.Exists(PasswdFile))
        {
            return null;
        }

        // name:password:uid:gid:comment:home:shell
        return System.IO.File.ReadLines(PasswdFile).Select(line => line.Split(':'))
            .FirstOrDefault(fields => fields.Length > 5 && fields[0] == user)?[5];
    }
}
