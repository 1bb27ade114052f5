using System.CommandLine;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Options;
using FleetBridge.Output;
using FleetBridge.Unreal;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge unreal</c>: prepares the Unreal editor.</summary>
internal static class UnrealCommand
{
    public static Command Create() => new ExampleCommand(
        "unreal",
        "Prepare the Unreal editor.",
        "fleetbridge unreal install MyGame.uproject",
        "fleetbridge unreal install C:/fleetbridge-python")
    {
        CreateInstall(),
    };

    private static ExampleCommand CreateInstall()
    {
        var place = new Argument<string>("place")
        {
            Description = "An Unreal project (its folder or .uproject): the module goes to the plugin's BOTO3Path, or to Content/Python "
                + "if that is not set. Or any other folder.",
            HelpName = "project or folder",
        };
        var command = new ExampleCommand(
            "install",
            "Install the Python module fleet_bridge where the editor's plugin imports it, and check that it works. May be repeated.",
            "fleetbridge unreal install MyGame.uproject",
            "fleetbridge unreal install C:/fleetbridge-python")
        {
            place,
        };
        command.SetAction((parsed, cancellation) => InstallAsync(parsed.GetRequiredValue(place), cancellation));
        return command;
    }

    private static async Task<int> InstallAsync(string place, CancellationToken cancellation)
    {
        var folder = Find(place);
        var installation = Install(folder.Path);
        var file = Path.Combine(folder.Path, EditorModule.First.FileName);
        Say(installation.IsNew ? $"Installed {file}." : $"{file} is up to date.");
        if (installation.Kept is { } kept)
        {
            Say($"The existing {EditorModule.First.FileName} was kept as {kept}.");
        }

        Say($"The module will start {EditorModule.Program}.");
        var problem = await ModuleTrial.RunAsync(folder.Path, EditorModule.Program, TimeProvider.System, cancellation).ConfigureAwait(false);
        if (problem is { Length: > 0 })
        {
            Terminal.WriteError(problem);
            return (int)ExitCode.ResultFalse;
        }

        Say(problem is null
            ? "The module was not tried, because there is no python3 (3.9 or later) here; the editor has its own Python."
            : "Tried it: python3 imports the module and finds the program.");
        if (await FindSettingProblemAsync(folder, cancellation).ConfigureAwait(false) is { } wrong)
        {
            Terminal.WriteError(wrong);
            return (int)ExitCode.ResultFalse;
        }

        Say(NextStep(folder));
        return (int)ExitCode.Success;
    }

    /// <summary>Why the editor will not import the module from this folder; null when it will, or can be told to.</summary>
    private static async Task<string?> FindSettingProblemAsync(PluginFolder folder, CancellationToken cancellation) => folder switch
    {
        { IsConfigured: true, Setting: { } setting } =>
            await ImportLine.FindProblemAsync(setting, folder.Path, TimeProvider.System, cancellation).ConfigureAwait(false) is var (problem, remedy)
                ? $"{problem} {remedy}"
                : null,
        { IsEngines: false } when !ImportLine.CanName(folder.Path) =>
            $"The editor cannot import from {folder.Path}: the plugin writes the folder into a line of Python, where an apostrophe or a backslash "
            + "means something else. Choose another folder.",
        _ => null,
    };

    private static string NextStep(PluginFolder folder)
    {
        var line = ImportLine.ForConfiguration(folder.Path);
        return folder switch
        {
            { IsConfigured: true } => "The project's BOTO3Path names this folder. Start the editor and press the plugin's button.",
            { Configured: { } other } when !ImportLine.CanName(folder.Path) => "The engine imports from this folder by itself, but first "
                + $"from the project's BOTO3Path, which is {other}. Remove a fleet_bridge.py from there.",
            { Configured: { } other } => $"The project's BOTO3Path is {other}. Set it to this folder in the plugin's settings ({line}).",
            _ when !ImportLine.CanName(folder.Path) => "The engine imports from this folder by itself. Set BOTO3Path to any folder whose path has no "
                + "apostrophe and no backslash.",
            _ => $"Set BOTO3Path to this folder in the plugin's settings (in Config/DefaultEditor.ini: {line}).",
        };
    }

    private static PluginFolder Find(string place)
    {
        try
        {
            return PluginFolder.Find(place);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserException(ExitCode.Usage, exception.Message);
        }
    }

    private static ModuleInstallation Install(string folder)
    {
        try
        {
            return ModuleInstallation.Create(folder, EditorModule.Program);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.Usage, $"The module cannot be installed into {folder}: {exception.Message}");
        }
    }

    private static void Say(string line) => Terminal.WriteLine(Terminal.Out, VisibleText.Of(line));
}
