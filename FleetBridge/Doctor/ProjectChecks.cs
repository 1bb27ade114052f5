using FleetBridge.Unreal;

namespace FleetBridge.Doctor;

/// <summary>An Unreal project: are the plugin's settings there, and the module that the editor imports?</summary>
internal static class ProjectChecks
{
    public const string SettingsName = "plugin settings";

    private const string ModuleName = "editor module";
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
    public static IReadOnlyList<ReportedCheck> Run(string project, out IReadOnlyDictionary<string, string> settings)
    {
        try
        {
            settings = UnrealProject.ReadSettings(project);
            return [ExamineSettings(settings), ExamineModule(UnrealProject.ReadModuleFolder(project))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            settings = new Dictionary<string, string>();
            return [ReportedCheck.Failed(SettingsName, exception.Message, "Name the .uproject file, and save the plugin's settings in the editor.")];
        }
    }

    private static ReportedCheck ExamineSettings(IReadOnlyDictionary<string, string> settings)
    {
        var missing = Needed.Where(key => !settings.ContainsKey(key.Key)).Select(key => key.Value).ToList();
        return missing.Count == 0
            ? ReportedCheck.Ok(SettingsName, $"Found: {string.Join(", ", settings.Keys.Where(key => key != "project_root"))}.")
            : ReportedCheck.Warning(SettingsName, $"{string.Join(" and ", missing)} is not set.", "Set it in the editor's project settings.");
    }

    private static ReportedCheck ExamineModule(string? folder)
    {
        if (folder is null)
        {
            return ReportedCheck.Warning(
                ModuleName, "BOTO3Path is not set: the editor cannot import its module.", "Set it in the editor's project settings.");
        }

        if (!Directory.Exists(folder))
        {
            return ReportedCheck.Failed(ModuleName, $"The folder of BOTO3Path, {folder}, does not exist.", "Set it to the folder of the module.");
        }

        var module = Path.Combine(folder, EditorModule.FileName);
        if (!File.Exists(module))
        {
            return ReportedCheck.Failed(ModuleName, $"There is no {EditorModule.FileName} in {folder} (BOTO3Path).", Install);
        }

        return File.ReadAllBytes(module).AsSpan().SequenceEqual(EditorModule.Content)
            ? ReportedCheck.Ok(ModuleName, $"{module} is there.")
            : ReportedCheck.Warning(ModuleName, $"{module} is not the one of this version.", Install);
    }
}
