namespace FleetBridge.Unreal;

/// <summary>The folder from which the editor imports the module: the plugin's setting <c>BOTO3Path</c>.</summary>
/// <param name="Project">The Unreal project that contains it; null when there is none.</param>
/// <param name="Setting">The project's setting as the plugin reads it; null when it is not set, or there is no project.</param>
/// <param name="Configured">The absolute folder that the setting means; null when it is not set, or there is no project.</param>
internal sealed record PluginFolder(string Path, string? Project, string? Setting, string? Configured)
{
    private static readonly StringComparison PathComparison =
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Whether it is the one folder of a project from which the engine itself imports.</summary>
    public bool IsEngines => Project is not null && Path == System.IO.Path.Combine(Project, "Content", "Python");

    /// <summary>Whether the setting means this folder.</summary>
    public bool IsConfigured => Configured is not null && string.Equals(Trim(Configured), Path, PathComparison);

    /// <summary>Finds the folder that a user means.</summary>
    /// <param name="place">
    /// A folder, which is used as it is; or a project (its folder or its <c>.uproject</c>), whose <c>BOTO3Path</c> is used, or
    /// <c>Content/Python</c> if that is not set, where the engine looks too.
    /// </param>
    /// <returns>The folder; <c>Content/Python</c> may not exist yet.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist; the message names it.</exception>
    public static PluginFolder Find(string place)
    {
        var path = Trim(place);
        if (File.Exists(path) && !IsProjectFile(path))
        {
            throw new DirectoryNotFoundException($"{path} is neither a folder nor a .uproject file.");
        }

        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no folder {path}.");
        }

        var named = File.Exists(path) ? System.IO.Path.GetDirectoryName(path)! : path;
        var project = FindProject(named);
        var (setting, configured) = project is null ? (null, null) : FindConfigured(project);
        if (project != named)
        {
            return new PluginFolder(named, project, setting, configured);
        }

        if (configured is not null && !Directory.Exists(configured))
        {
            throw new DirectoryNotFoundException(
                $"The project's BOTO3Path is {configured}, which does not exist. Create it, or choose another folder in the plugin's settings.");
        }

        return new PluginFolder(
            configured is null ? System.IO.Path.Combine(named, "Content", "Python") : Trim(configured), project, setting, configured);
    }

    private static string Trim(string path) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    private static string? FindProject(string? folder)
    {
        while (folder is not null && !HasProjectFile(folder))
        {
            folder = System.IO.Path.GetDirectoryName(folder);
        }

        return folder;
    }

    private static bool HasProjectFile(string folder)
    {
        try
        {
            return Directory.EnumerateFiles(folder).Any(IsProjectFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // a parent folder that this user may not list
            return false;
        }
    }

    private static bool IsProjectFile(string path) => path.EndsWith(".uproject", StringComparison.OrdinalIgnoreCase);

    private static (string? Setting, string? Configured) FindConfigured(string project)
    {
        try
        {
            return UnrealProject.ReadModuleFolder(project) is { } found ? (found.Value, found.Folder) : (null, null);
        }
        catch (FileNotFoundException exception) when (exception.InnerException is null)
        {
            // the plugin's settings were never saved
            return (null, null);
        }
    }
}
