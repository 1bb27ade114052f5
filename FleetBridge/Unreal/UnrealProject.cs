using FleetBridge.Backends.Files;

namespace FleetBridge.Unreal;

/// <summary>
/// The plugin's settings in an Unreal project: <c>Config/DefaultEditor.ini</c>, section
/// <c>[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]</c>.
/// </summary>
internal static class UnrealProject
{
    private const string Section = "[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]";

    private static readonly Dictionary<string, string> SettingOfKey = new(StringComparer.OrdinalIgnoreCase)
    {
        ["FleetPrefix"] = "prefix",
        ["AWSProfile"] = "profile_name",
        ["AWSRegion"] = "region_name",
        ["ServerPackageRoot"] = "server_package_root",
        ["FleetLaunchPath"] = "fleet_launch_path",
    };

    private const string ModuleFolder = "BOTO3Path";

    private static readonly Dictionary<string, string> ModuleKey = new(StringComparer.OrdinalIgnoreCase) { [ModuleFolder] = ModuleFolder };

    private static readonly Dictionary<string, string> AllKeys =
        SettingOfKey.Keys.Append(ModuleFolder).ToDictionary(key => key, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the settings, by their names in requests.</summary>
    /// <param name="project">The <c>.uproject</c> file, or its folder.</param>
    /// <returns>The settings that are set, and <c>project_root</c>. A relative package folder is resolved against the project's
    /// folder.</returns>
    /// <exception cref="FileNotFoundException">The project or its configuration does not exist, or is no text; the message says which.
    /// </exception>
    public static IReadOnlyDictionary<string, string> ReadSettings(string project)
    {
        var (folder, file) = Find(project);
        var settings = ReadSection(file, SettingOfKey).Select(setting => (setting.Key, Value: IniText.Unwrap(setting.Value)))
            .Where(setting => setting.Value.Length > 0).ToDictionary(setting => setting.Key, setting => setting.Value);
        settings["project_root"] = folder;
        if (settings.TryGetValue("server_package_root", out var root))
        {
            settings["server_package_root"] = ProjectPath.Resolve(root, folder);
        }

        return settings;
    }

    /// <summary>The folder from which the editor imports its Python module.</summary>
    /// <param name="project">The <c>.uproject</c> file, or its folder.</param>
    /// <returns>The setting as the plugin reads it, and the absolute folder that is meant; null when it is not set.</returns>
    /// <exception cref="FileNotFoundException">The project or its configuration does not exist, or is no text; the message says which.
    /// </exception>
    public static (string Value, string Folder)? ReadModuleFolder(string project)
    {
        var (folder, file) = Find(project);
        return ReadSection(file, ModuleKey).TryGetValue(ModuleFolder, out var value) && IniText.Unwrap(value) is { Length: > 0 } path
            ? (value, ProjectPath.Resolve(path, folder))
            : null;
    }

    /// <summary>The lines that name a folder or a file as the engine does for properties of that kind. All of the plugin's are plain texts.</summary>
    /// <returns>Each as it has to be written.</returns>
    /// <inheritdoc cref="ReadModuleFolder"/>
    public static IReadOnlyList<string> ReadWrapped(string project) =>
        [.. ReadSection(Find(project).ConfigurationFile, AllKeys)
            .Where(setting => IniText.Unwrap(setting.Value) is { Length: > 0 } plain && plain != setting.Value)
            .Select(setting => $"{setting.Key}={IniText.Quote(IniText.Unwrap(setting.Value))}")];

    private static (string Folder, string ConfigurationFile) Find(string project)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(project));
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        if (folder != path && !File.Exists(path))
        {
            throw new FileNotFoundException($"There is no Unreal project {path}.");
        }

        var file = Path.Combine(folder, "Config", "DefaultEditor.ini");
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"The project has no {file}. Save the plugin's settings in the editor once.");
        }

        return (folder, file);
    }

    /// <summary>The one place that opens the file.</summary>
    private static string ReadText(string file)
    {
        try
        {
            return IniText.Decode(UserFile.ReadAllBytes(file, UserFile.MostText));
        }
        catch (InvalidDataException exception)
        {
            throw new FileNotFoundException($"The file {file} cannot be read: {exception.Message}.", exception);
        }
    }

    private static Dictionary<string, string> ReadSection(string file, Dictionary<string, string> settingOfKey)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var inside = false;
        foreach (var line in IniText.Lines(ReadText(file)))
        {
            if (line.Contains('\0', StringComparison.Ordinal))
            {
                // no text: no value of the engine's has one, and no path may
                continue;
            }

            if (line.StartsWith('['))
            {
                inside = string.Equals(line, Section, StringComparison.OrdinalIgnoreCase);
            }
            else if (inside && !line.StartsWith(';'))
            {
                IniText.Apply(line, settingOfKey, settings);
            }
        }

        return settings;
    }
}
