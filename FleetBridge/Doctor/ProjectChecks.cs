using FleetBridge.Unreal;

namespace FleetBridge.Doctor;

/// <summary>An Unreal project: are the plugin's settings there, and the module that the editor imports?</summary>
internal static class ProjectChecks
{
    public const string SettingsName = "plugin settings";

    private const string ModuleName = "editor module";
    private const string ModuleFile = "fleet_bridge.py";
    private const string Install = "Copy fleet_bridge.py, which comes with the program, there.";

    // what every deployment has its own of; the others have defaults that may be meant
    private static readonly Dictionary<string, string> Needed = new()
    {
        ["server_package_root"] = "ServerPackageRoot",
        ["fleet_launch_path"] = "FleetLaunchPath",
    };

    /// <summary>Examines them.</summary>
    /// <param name="project">The project.</param>
    /// <param name="settings">What its configuration says; nothing when it cannot be read.</param>
    public static IReadOnlyList<CheckResult> Run(string project, out IReadOnlyDictionary<string, string> settings)
    {
        try
        {
            settings = UnrealProject.ReadSettings(project);
            return [ExamineSettings(settings), ExamineModule(UnrealProject.ReadModuleFolder(project))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            settings = new Dictionary<string, string>();
            return [CheckResult.Failed(SettingsName, exception.Message, "Name the .uproject file, and save the plugin's settings in the editor.")];
        }
    }

    private static CheckResult ExamineSettings(IReadOnlyDictionary<string, string> settings)
    {
        var missing = Needed.Where(key => !settings.ContainsKey(key.Key)).Select(key => key.Value).ToList();
        return missing.Count == 0
            ? CheckResult.Ok(SettingsName, $"Found: {string.Join(", ", settings.Keys.Where(key => key != "project_root"))}.")
            : CheckResult.Warning(SettingsName, $"{string.Join(" and ", missing)} is not set.", "Set it in the editor's project settings.");
    }

    private static CheckResult ExamineModule(string? folder)
    {
        if (folder is null)
        {
            return CheckResult.Warning(
                ModuleName, "BOTO3Path is not set: the editor cannot import its module.", "Set it in the editor's project settings.");
        }

        if (!Directory.Exists(folder))
        {
            return CheckResult.Failed(ModuleName, $"The folder of BOTO3Path, {folder}, does not exist.", "Set it to the folder of the module.");
        }

        var module = Path.Combine(folder, ModuleFile);
        var own = Path.Combine(AppContext.BaseDirectory, ModuleFile);
        return (File.Exists(module), File.Exists(own)) switch
        {
            (false, _) => CheckResult.Failed(ModuleName, $"There is no {ModuleFile} in {folder} (BOTO3Path).", Install),
            (_, true) when !File.ReadAllBytes(module).AsSpan().SequenceEqual(File.ReadAllBytes(own)) =>
                CheckResult.Warning(ModuleName, $"{module} is not the one of this version.", Install),
            _ => CheckResult.Ok(ModuleName, $"{module} is there."),
        };
    }
}
