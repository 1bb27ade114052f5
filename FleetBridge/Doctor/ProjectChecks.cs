using FleetBridge.Backends.Files;
using FleetBridge.Unreal;

namespace FleetBridge.Doctor;

/// <summary>Checks an Unreal project: the plugin's settings, and the module that the editor imports.</summary>
internal static class ProjectChecks
{
    public const string SettingsName = "plugin settings";

    private const string ModuleName = "editor module";
    private const string Install = "Install it with 'fleetbridge unreal install <project>'.";

    // every deployment has its own; the other settings have defaults that may be intended
    private static readonly Dictionary<string, string> Needed = new()
    {
        ["server_package_root"] = "ServerPackageRoot",
        ["fleet_launch_path"] = "FleetLaunchPath",
    };

    /// <summary>Runs the checks.</summary>
    /// <returns>The checks, and the plugin's settings; none when they cannot be read.</returns>
    public static async Task<(IReadOnlyList<ReportedCheck> Checks, IReadOnlyDictionary<string, string> Settings)> RunAsync(
        string project, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            var settings = UnrealProject.ReadSettings(project);
            return ([CheckSettings(settings, UnrealProject.ReadWrapped(project)), await CheckModuleAsync(project, clock, cancellation).ConfigureAwait(false)], settings);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (
                [ReportedCheck.Failed(SettingsName, exception.Message, exception.InnerException is InvalidDataException
                    ? "A text editor's 'Save as' has the encoding."
                    : "Name the .uproject file, and save the plugin's settings in the editor.")],
                new Dictionary<string, string>());
        }
    }

    private static ReportedCheck CheckSettings(IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> wrapped)
    {
        if (wrapped.Count > 0)
        {
            return ReportedCheck.Warning(
                SettingsName,
                "The plugin takes (Path=\"…\") as a plain text, and sends it as it is.",
                $"Write in Config/DefaultEditor.ini: {string.Join(", ", wrapped)}.");
        }

        var missing = Needed.Where(key => !settings.ContainsKey(key.Key)).Select(key => key.Value).ToList();
        return missing.Count == 0
            ? ReportedCheck.Ok(SettingsName, $"Found: {string.Join(", ", settings.Keys.Where(key => key != "project_root"))}.")
            : ReportedCheck.Warning(SettingsName, $"Not set: {string.Join(", ", missing)}.", "Set it in the editor's project settings.");
    }

    private static async Task<ReportedCheck> CheckModuleAsync(string project, TimeProvider clock, CancellationToken cancellation)
    {
        if (UnrealProject.ReadModuleFolder(project) is not var (value, folder))
        {
            return ReportedCheck.Warning(
                ModuleName, "BOTO3Path is not set, so the editor cannot import its module.", "Set it in the editor's project settings.");
        }

        if (!Directory.Exists(folder))
        {
            return ReportedCheck.Failed(ModuleName, $"The folder of BOTO3Path, {folder}, does not exist.", "Set it to the folder that contains the module.");
        }

        var module = Path.Combine(folder, EditorModule.First.FileName);
        if (!File.Exists(module))
        {
            return ReportedCheck.Failed(ModuleName, $"There is no {EditorModule.First.FileName} in {folder} (BOTO3Path).", Install);
        }

        if (await ImportLine.FindProblemAsync(value, folder, clock, cancellation).ConfigureAwait(false) is var (problem, remedy))
        {
            return ReportedCheck.Failed(ModuleName, problem, remedy);
        }

        // the second half may be beside the program instead
        return EditorModule.Files.All(part => Path.Combine(folder, part.FileName) is var file
            && (File.Exists(file)
                ? UserFile.ReadAllBytes(file, UserFile.MostText).AsSpan().SequenceEqual(part.Content)
                : part != EditorModule.First))
            ? ReportedCheck.Ok(ModuleName, $"{module} is up to date.")
            : ReportedCheck.Warning(ModuleName, $"{module} belongs to another version.", Install);
    }
}
