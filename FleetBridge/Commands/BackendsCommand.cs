using System.CommandLine;
using System.Globalization;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Options;
using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge backends</c>: the installed backends and their state.</summary>
internal static class BackendsCommand
{
    public static Command Create(CliSession session)
    {
        var json = JsonOption.Create();
        var target = new TargetOptions();
        var command = new ExampleCommand(
            "backends",
            "List the installed backends, or with --url those of a running bridge, with the generation that is serving.",
            "fleetbridge backends --backends ./backends",
            "fleetbridge backends --url http://localhost:8000")
        {
            json,
        };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var statuses = await target.Open(session, parsed).GetBackendsAsync(cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                await Responses.PrintJsonAsync(BackendStatusMessage.Write(statuses)).ConfigureAwait(false);
            }
            else
            {
                Show(statuses, isRemote: target.UrlOf(parsed) is not null);
            }

            return (int)(statuses.Any(status => status.State == BackendState.Failed) ? ExitCode.ResultFalse : ExitCode.Success);
        });
        return command;
    }

    private static void Show(IReadOnlyList<BackendStatus> statuses, bool isRemote)
    {
        var table = new Table().AddColumns("Name", "Version", "Generation", "State", "Path");
        foreach (var status in statuses)
        {
            var aliases = status.Aliases.Count == 0 ? "" : $" ({string.Join(", ", status.Aliases)})";
            table.AddRow(
                Terminal.Cell(status.Name + aliases),
                Terminal.Cell(status.Version),
                Terminal.Cell(status.Generation.ToString(CultureInfo.InvariantCulture)),
                Terminal.Cell(status.State.ToString()),
                Terminal.Cell(status.Path));
        }

        Terminal.Out.Write(table);

        // the log of this process has said it already; that of a running bridge is elsewhere
        foreach (var status in statuses.Where(status => isRemote && status.Problem is not null))
        {
            Terminal.WriteError($"{status.Name}/{status.Version}: {status.Problem}");
        }
    }
}
