using FleetBridge.Backends.Files;

namespace FleetBridge.Unreal;

/// <summary>
/// The plugin's settings in an Unreal project: <c>Config/DefaultEditor.ini</c>, section
/// <c>[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]</c>.
/// </summary>
internal static class UnrealProject
{
    private const string Section = "/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings";
    private const string ModuleFolder = "BOTO3Path";

    private static readonly Dictionary<string, string> SettingOfKey = new()
    {
        ["FleetPrefix"] = "prefix",
        ["AWSProfile"] = "profile_name",
        ["AWSRegion"] = "region_name",
        ["ServerPackageRoot"] = "server_package_root",
        ["FleetLaunchPath"] = "fleet_launch_path",
    };

    /// <summary>Reads the settings, by their names in requests.</summary>
    /// <param name="project">The <c>.uproject</c> file, or its folder.</param>
    /// <returns>The settings that are set, and <c>project_root</c>. A relative package folder is resolved against the project's
    /// folder.</returns>
    /// <exception cref="FileNotFoundException">The project or its configuration does not exist, or is no text; the message says which.
    /// </exception>
    public static IReadOnlyDictionary<string, string> ReadSettings(string project)
    {
        var (folder, values) = Read(project);
        var settings = SettingOfKey.Where(key => values.ContainsKey(key.Key))
            .Select(key => (Name: key.Value, Value: IniText.Unwrap(values[key.Key])))
            .Where(setting => setting.Value.Length > 0).ToDictionary(setting => setting.Name, setting => setting.Value);
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
        var (folder, values) = Read(project);
        return values.TryGetValue(ModuleFolder, out var value) && IniText.Unwrap(value) is { Length: > 0 } path
            ? (value, ProjectPath.Resolve(path, folder))
            : null;
    }

    /// <summary>The lines that name a folder or a file as the engine does for properties of that kind. All of the plugin's are plain texts.</summary>
    /// <returns>Each as it has to be written; none for a folder that <see cref="ImportLine"/> cannot name.</returns>
    /// <inheritdoc cref="ReadModuleFolder"/>
    public static IReadOnlyList<string> ReadWrapped(string project)
    {
        var (folder, values) = Read(project);
        return [.. values.Select(setting => (setting.Key, setting.Value, Plain: IniText.Unwrap(setting.Value)))
            .Where(setting => setting.Plain.Length > 0 && setting.Plain != setting.Value)
            .Select(setting => setting.Key != ModuleFolder ? $"{setting.Key}={IniText.Quote(setting.Plain)}"
                : ProjectPath.Resolve(setting.Plain, folder) is var path && ImportLine.CanName(path)
                    ? ImportLine.ForConfiguration(path)
                    : "")
            .Where(line => line.Length > 0)];
    }

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

    /// <summary>The project's folder, and the plugin's settings that are set, in the plugin's order.</summary>
    private static (string Folder, IReadOnlyDictionary<string, string> Values) Read(string project)
    {
        var (folder, file) = Find(project);
        var section = IniSection.Read(ReadText(file), Section);
        return (folder, new[] { ModuleFolder }.Concat(SettingOfKey.Keys).Where(key => section[key] is not null)
            .ToDictionary(key => key, key => Expand(section[key]!, folder)));
    }

    /// <summary>The engine's variables for the project, as <c>FConfigValue::ExpandValue</c> replaces them.</summary>
    private static string Expand(string value, string folder) => !value.Contains('%', StringComparison.Ordinal) ? value : value
        .Replace("%GAMEDIR%", $"{ImportLine.Plain(folder)}/", StringComparison.Ordinal)
        .Replace(
            "%GAME%",
            Directory.EnumerateFiles(folder, "*.uproject").Select(Path.GetFileNameWithoutExtension).FirstOrDefault("%GAME%"),
            StringComparison.Ordinal);
}
