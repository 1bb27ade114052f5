using System.CommandLine;
using System.CommandLine.Parsing;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Options;
using FleetBridge.Output;
using FleetBridge.Starters;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge new</c>: creates something to start from.</summary>
internal static class NewCommand
{
    public static Command Create() => new ExampleCommand("new", "Create something to start from.", "fleetbridge new backend my-backend")
    {
        CreateBackend(),
    };

    private static ExampleCommand CreateBackend()
    {
        var name = new Argument<BackendName>("name")
        {
            Description = $"The backend's name: {BackendName.Rule}.",
            CustomParser = ParseName,
        };
        var script = new Option<bool>("--script") { Description = "Create a C# script, which the bridge compiles, instead of a project." };
        var output = new Option<string>("--output")
        {
            Description = "The folder that contains backends/, or in which to create it; the current folder by default.",
            HelpName = "folder",
            DefaultValueFactory = _ => "",
            CustomParser = ParseFolder,
        };
        var command = new ExampleCommand(
            "backend",
            "Create a working backend to start from, as backends/<name>/1/: code with one resource, its metadata and a README.",
            "fleetbridge new backend my-backend",
            "fleetbridge new backend my-backend --script --output ~/deployment")
        {
            name, script, output,
        };
        command.SetAction(parsed => WriteBackend(
            new BackendStarter(parsed.GetRequiredValue(name), parsed.GetValue(script)), parsed.GetValue(output) ?? ""));
        return command;
    }

    private static int WriteBackend(BackendStarter starter, string output)
    {
        var folder = output.Length == 0 ? "" : Path.TrimEndingDirectorySeparator(output) + Path.DirectorySeparatorChar;
        var files = starter.Files();
        var place = Path.GetFullPath(folder + starter.Place);
        try
        {
            StarterFolder.Write(Path.GetFullPath(folder + BackendStarter.BackendsFolder), place, files);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.Usage, $"The backend cannot be created as {place}: {exception.Message}");
        }

        Say($"Created {place}: {string.Join(", ", files.Select(file => file.Name))}. Next steps:");
        foreach (var step in starter.Steps(folder))
        {
            Say($"  {step}");
        }

        return (int)ExitCode.Success;
    }

    private static BackendName? ParseName(ArgumentResult result)
    {
        if (!BackendName.TryParse(result.Tokens[0].Value, out var name, out var problem))
        {
            result.AddError(VisibleText.Of(problem));
        }

        return name;
    }

    private static string ParseFolder(ArgumentResult result)
    {
        var folder = result.Tokens[0].Value;
        if (string.IsNullOrWhiteSpace(folder))
        {
            // a script whose variable is unset must not write to another folder
            result.AddError("--output must not be empty: it names a folder.");
        }

        return folder;
    }

    private static void Say(string line) => Terminal.WriteLine(Terminal.Out, VisibleText.Of(line));
}
