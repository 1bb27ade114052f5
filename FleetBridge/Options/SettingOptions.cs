using System.CommandLine;
using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;

namespace FleetBridge.Options;

/// <summary>
/// A backend's settings as options: <c>profile_name</c> is <c>--profile-name</c>. Only the backend knows its settings, so it
/// is loaded before the command line is parsed.
/// </summary>
internal sealed class SettingOptions
{
    private readonly Option<string> _backend = BackendOptions.Backend();
    private readonly Option<string?> _project = ProjectOption.Create();
    private readonly List<(string Key, Func<ParseResult, string?> Read)> _settings = [];

    /// <summary>What the backend offers; null when the command is not the one that is called.</summary>
    public BackendOutline? Outline { get; private set; }

    /// <summary>Adds the options to a command. If it is the command that is called, the backend's are added before the command line
    /// is parsed (<see cref="CliSession.BeforeParsingAsync"/>).</summary>
    /// <param name="command">The command, with all its own options.</param>
    /// <param name="withoutBackend">Whether the command has something to do when the backend cannot be loaded.</param>
    public void AddTo(Command command, CliSession session, string[] args, bool withoutBackend = false)
    {
        command.Options.Add(_backend);
        command.Options.Add(_project);
        if (IsCalled(command.Name, args))
        {
            session.BeforeParsing(() => AddSettingsAsync(command, session, args, withoutBackend));
        }
    }

    private async Task AddSettingsAsync(Command command, CliSession session, string[] args, bool withoutBackend)
    {
        var isHelp = args.Any(arg => arg is "--help" or "-h" or "-?") || IsSuggestion(args);
        var scan = new BackendScan(args);
        if (scan.Mistake is { } mistake)
        {
            // without the backend's options, its settings would look like mistakes too
            if (!isHelp)
            {
                throw new UserException(ExitCode.Usage, mistake);
            }

            return;
        }

        try
        {
            Outline = await scan.LoadAsync(session).ConfigureAwait(false);
        }
        catch (UserException) when (withoutBackend || isHelp)
        {
            // help without the backend's own options is better than none
            return;
        }

        foreach (var setting in Outline.Settings)
        {
            var name = $"--{setting.Key.Replace('_', '-')}";
            if (command.Options.Any(option => option.Name == name) || name is "--help" or "--version")
            {
                // the program's own option takes precedence; "request --set" still reaches the setting
                continue;
            }

            var (option, read) = OptionOf(setting, name);
            option.Description = setting.Default is null
                ? setting.Description
                : $"{setting.Description} [default: {setting.Default}]".TrimStart();
            _settings.Add((setting.Key, read));
            command.Options.Add(option);
        }
    }

    /// <summary>The option of a setting. One that is true or false by default needs no value: its name alone means true.</summary>
    private static (Option Option, Func<ParseResult, string?> Read) OptionOf(SettingOutline setting, string name)
    {
        if (bool.TryParse(setting.Default, out _))
        {
            var flag = new Option<bool>(name);
            return (flag, parsed => parsed.GetResult(flag) is { Implicit: false } ? parsed.GetValue(flag) ? "true" : "false" : null);
        }

        var text = new Option<string?>(name);
        return (text, parsed => parsed.GetValue(text));
    }

    /// <summary>The backend and the version that the command uses.</summary>
    public (string Name, string Version) BackendOf(ParseResult parsed) =>
        BackendAddress.Parse(parsed.GetValue(_backend) ?? BackendAddress.Default);

    /// <summary>The project; null when none is named.</summary>
    public string? ProjectOf(ParseResult parsed) => parsed.GetValue(_project);

    /// <summary>The settings: those of the command line, and those of the project where the command line has none.</summary>
    public Dictionary<string, string> Read(ParseResult parsed) => Over(ProjectOption.ReadSettings(ProjectOf(parsed)), parsed);

    /// <summary>The settings of the command line, and those given where the command line has none.</summary>
    public Dictionary<string, string> Over(IReadOnlyDictionary<string, string> project, ParseResult parsed)
    {
        var settings = new Dictionary<string, string>(project);
        foreach (var (key, read) in _settings)
        {
            if (read(parsed) is { Length: > 0 } value)
            {
                settings[key] = value;
            }
        }

        return settings;
    }

    /// <summary>Whether a command line calls a command: no other command needs the backend.</summary>
    private static bool IsCalled(string command, string[] args) => IsSuggestion(args)
        ? args.Any(line => line.Split(' ').Contains(command))
        : args.FirstOrDefault(arg => !arg.StartsWith('-') && !arg.StartsWith('[')) == command;

    private static bool IsSuggestion(string[] args) => args is [['[', 's', 'u', 'g', 'g', 'e', 's', 't', ..], ..];
}
