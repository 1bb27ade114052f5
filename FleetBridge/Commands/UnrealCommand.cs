using System.CommandLine;
using FleetBridge.Core.Processes;
using FleetBridge.Options;
using FleetBridge.Output;
using FleetBridge.Unreal;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge unreal</c>: what concerns the editor's side.</summary>
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
            Description = "An Unreal project (its folder or .uproject): the module goes into the plugin's BOTO3Path, or into "
                + "Content/Python where that is not set. Any other folder: the module goes there.",
            HelpName = "project or folder",
        };
        var command = new ExampleCommand(
            "install",
            "Copy the Python module fleet_bridge to where the editor's plugin imports it, with a note of where this program is, "
            + "and check the result. It may be repeated.",
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
        var file = Path.Combine(folder.Path, EditorModule.FileName);
        Say(installation.IsNew ? $"{file} is written." : $"{file} is up to date.");
        if (installation.Kept is { } kept)
        {
            Say($"Another {EditorModule.FileName} was there; it is kept as {kept}.");
        }

        Say($"It starts {EditorModule.Program}.");
        var problem = await ModuleTrial.RunAsync(folder.Path, EditorModule.Program, cancellation).ConfigureAwait(false);
        if (problem is { Length: > 0 })
        {
            Terminal.WriteError(problem);
            return (int)ExitCode.AnswerFalse;
        }

        Say(problem is null
            ? "There is no python3 (3.9 or later) here to try it with; the editor has its own."
            : "python3 imports it and finds the program.");
        Say(WhatIsLeft(folder));
        return (int)ExitCode.Success;
    }

    private static string WhatIsLeft(PluginFolder folder)
    {
        var line = $"BOTO3Path=(Path=\"{folder.Path.Replace('\\', '/')}\")";
        return folder switch
        {
            { IsConfigured: true } => "The project's BOTO3Path names this folder: start the editor and press the plugin's button.",
            { Configured: { } other } => $"The project's BOTO3Path is {other}: set it to this folder in the plugin's settings ({line}).",
            _ => $"Choose this folder as BOTO3Path in the plugin's settings (in Config/DefaultEditor.ini: {line}).",
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
            return ModuleInstallation.Make(folder, EditorModule.Program);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.Usage, $"The module cannot be installed into {folder}: {exception.Message}");
        }
    }

    private static void Say(string line) => Terminal.WriteLine(Terminal.Out, line);
}
