using System.CommandLine;
using FleetBridge.Core.Processes;
using FleetBridge.Unreal;

namespace FleetBridge.Options;

/// <summary>The option that names an Unreal project, and the plugin's settings in it.</summary>
internal static class ProjectOption
{
    public static Option<string?> Create() => new("--project")
    {
        Description = "An Unreal project (its folder or .uproject): use its plugin settings where no option is given.",
    };

    /// <summary>The settings of a project; none when no project is named.</summary>
    /// <exception cref="UserException">The project cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> ReadSettings(string? project)
    {
        try
        {
            return project is null ? new Dictionary<string, string>() : UnrealProject.ReadSettings(project);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserException(ExitCode.Usage, $"--project {project}: {exception.Message}");
        }
    }
}
