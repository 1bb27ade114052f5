namespace FleetBridge.Unreal;

/// <summary>The folder out of which the editor imports the module: the plugin's setting <c>BOTO3Path</c>.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Project">The Unreal project that it belongs to; null when it lies outside of any.</param>
/// <param name="Configured">What the project's setting says; null when it is not set, or there is no project.</param>
internal sealed record PluginFolder(string Path, string? Project, string? Configured)
{
    private static readonly StringComparison PathComparison =
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Whether the editor looks there.</summary>
    public bool IsConfigured => Configured is not null && string.Equals(Trim(Configured), Path, PathComparison);

    /// <summary>Finds the folder that a user means.</summary>
    /// <param name="place">
    /// A folder: that one. A project, by its folder or its <c>.uproject</c>: its <c>BOTO3Path</c>, and where that is not set
    /// <c>Content/Python</c>, which the engine searches by itself.
    /// </param>
    /// <returns>The folder; <c>Content/Python</c> may not exist yet.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder; the message says which.</exception>
    public static PluginFolder Find(string place)
    {
        var path = Trim(place);
        if (File.Exists(path) && !IsProjectFile(path))
        {
            throw new DirectoryNotFoundException($"{path} is no folder and no .uproject.");
        }

        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no folder {path}.");
        }

        var named = File.Exists(path) ? System.IO.Path.GetDirectoryName(path)! : path;
        var project = FindProject(named);
        var configured = project is null ? null : FindConfigured(project);
        if (project != named)
        {
            return new PluginFolder(named, project, configured);
        }

        if (configured is not null && !Directory.Exists(configured))
        {
            throw new DirectoryNotFoundException(
                $"The project's BOTO3Path is {configured}, and there is no such folder: make it, or choose another one in the plugin's settings.");
        }

        return new PluginFolder(
            configured is null ? System.IO.Path.Combine(named, "Content", "Python") : Trim(configured), project, configured);
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
            // a folder above that may not be looked into
            return false;
        }
    }

    private static bool IsProjectFile(string path) => path.EndsWith(".uproject", StringComparison.OrdinalIgnoreCase);

    private static string? FindConfigured(string project)
    {
        try
        {
            return UnrealProject.ReadModuleFolder(project);
        }
        catch (FileNotFoundException)
        {
            // the plugin's settings were never saved
            return null;
        }
    }
}
