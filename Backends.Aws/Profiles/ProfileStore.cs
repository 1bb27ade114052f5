namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>The profiles of AWS's two files, found as botocore finds them.</summary>
internal sealed class ProfileStore
{
    /// <summary>The profile that counts when none is named.</summary>
    public const string DefaultProfile = "default";

    private const string ProfilePrefix = "profile";
    private const string SessionPrefix = "sso-session";
    private const string ServicesPrefix = "services";

    private readonly Dictionary<string, AwsProfile> _profiles = [];
    private readonly Dictionary<string, ConfigSection> _sessions = [];
    private readonly Dictionary<string, ConfigSection> _services = [];
    private readonly ConfigFile _config;
    private readonly ConfigFile _credentials;

    private ProfileStore(ConfigFile config, ConfigFile credentials)
    {
        (_config, _credentials) = (config, credentials);
        foreach (var section in config.Sections)
        {
            Add(section);
        }

        foreach (var section in credentials.Sections)
        {
            _profiles[section.Name] = new(section.Name, _profiles.GetValueOrDefault(section.Name)?.Config, section);
        }
    }

    /// <summary>A store without profiles.</summary>
    public static ProfileStore Empty { get; } = new(new ConfigFile("", [], []), new ConfigFile("", [], []));

    /// <summary>The names of all profiles.</summary>
    public IEnumerable<string> Names => _profiles.Keys.Order(StringComparer.Ordinal);

    /// <summary>The two files.</summary>
    public IReadOnlyList<string> Paths => [_config.Path, _credentials.Path];

    /// <summary>Reads the files.</summary>
    public static ProfileStore Load(AwsEnvironment environment) =>
        new(ConfigFile.Read(environment.ConfigFile), ConfigFile.Read(environment.CredentialsFile));

    /// <summary>A text that differs when a file differs.</summary>
    public static string Fingerprint(AwsEnvironment environment) =>
        $"{Fingerprint(environment.ConfigFile)}|{Fingerprint(environment.CredentialsFile)}";

    /// <summary>A profile; null when there is none of that name.</summary>
    public AwsProfile? Find(string name) => _profiles.GetValueOrDefault(name);

    /// <summary>The section of an SSO session; null when there is none.</summary>
    public ConfigSection? FindSession(string name) => _sessions.GetValueOrDefault(name);

    /// <summary>The section with services' own addresses; null when there is none.</summary>
    public ConfigSection? FindServices(string name) => _services.GetValueOrDefault(name);

    /// <summary>A profile that has to be there and readable.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="referrer">Where it is named, as the end of a sentence; empty for the request.</param>
    /// <exception cref="BackendException">It is not.</exception>
    public AwsProfile Get(string name, string referrer = "")
    {
        if (!_profiles.TryGetValue(name, out var profile))
        {
            throw Missing(name, referrer);
        }

        var problems = profile.Problems.ToList();
        return problems.Count == 0
            ? profile
            : throw new BackendException(
                $"The AWS profile '{name}' cannot be used because of {string.Join("; ", problems)}.",
                $"Correct {(problems.Count == 1 ? "the line" : "the lines")}; the next request reads the file again.");
    }

    /// <summary>What to say about a name that no section has.</summary>
    /// <param name="heading">The first word of such headings; empty for the credentials file's.</param>
    /// <param name="name">The name that is missing.</param>
    /// <returns>Sentences, each with a space before it; empty when nothing looks like it.</returns>
    public string Hints(string heading, string name)
    {
        var hints = Near(_config, heading, name).Concat(heading == SessionPrefix ? [] : Near(_credentials, "", name))
            .Concat(_config.Problems.Concat(_credentials.Problems).Select(problem => problem.ToString()));
        return string.Concat(hints.Select(hint => $" {hint}."));
    }

    private BackendException Missing(string name, string referrer)
    {
        var existing = Names.ToList();
        return new BackendException(
            $"There is no AWS profile '{name}'{referrer} in {string.Join(" or ", Paths)}.{Hints(ProfilePrefix, name)}",
            (existing.Count == 0 ? "There are no profiles yet." : $"The profiles are: {string.Join(", ", existing)}.")
            + " Choose one in the plugin's settings (AWSProfile) or with --profile-name, or create it with "
            + $"'aws configure --profile {ShellWords.Quote(name)}'.");
    }

    /// <summary>Sections whose heading is nearly right.</summary>
    private static IEnumerable<string> Near(ConfigFile file, string heading, string name) => file.Sections
        .Where(section => section.Name != Heading(heading, name) && Bare(section.Name) == Bare(name))
        .Select(section =>
            $"{section.Place}: the heading [{section.Name}] does not name it; it has to be [{Heading(heading, name)}]");

    private static string Heading(string heading, string name) =>
        heading.Length == 0 || (heading == ProfilePrefix && name == DefaultProfile) ? name : $"{heading} {ShellWords.Quote(name)}";

    /// <summary>A heading without its first word, quotes, case and white space.</summary>
    private static string Bare(string heading)
    {
        var words = heading.ToLowerInvariant().Split((char[])[' ', '\t', '\'', '"'], StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words is [ProfilePrefix or SessionPrefix or ServicesPrefix, _, ..] ? words[1..] : words);
    }

    // botocore looks at the beginning of the heading, and takes its second and last word
    private void Add(ConfigSection section)
    {
        if (section.Name.StartsWith(ProfilePrefix, StringComparison.Ordinal))
        {
            if (ShellWords.Split(section.Name) is [_, var name])
            {
                _profiles[name] = new(name, section, null);
            }
        }
        else if (section.Name.StartsWith(SessionPrefix, StringComparison.Ordinal))
        {
            if (ShellWords.Split(section.Name) is [_, var name])
            {
                _sessions[name] = section;
            }
        }
        else if (section.Name == DefaultProfile)
        {
            _profiles[DefaultProfile] = new(DefaultProfile, section, null);
        }
        else if (section.Name.StartsWith(ServicesPrefix, StringComparison.Ordinal) && ShellWords.Split(section.Name) is [_, var name])
        {
            _services[name] = section;
        }
    }

    private static string Fingerprint(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{path}/{file.LastWriteTimeUtc.Ticks}/{file.Length}" : path;
    }
}
