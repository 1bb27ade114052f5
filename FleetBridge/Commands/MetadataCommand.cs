using System.CommandLine;
using System.Text.RegularExpressions;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Options;
using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge metadata</c>: the components and requests that the editor shows.</summary>
internal static partial class MetadataCommand
{
    public static Command Create(CliSession session)
    {
        var backend = BackendOptions.Backend();
        var json = JsonOption.Create();
        var target = new TargetOptions();
        var command = new ExampleCommand(
            "metadata",
            "Show a backend's components and their requests, as the editor does.",
            "fleetbridge metadata",
            "fleetbridge metadata --backend hello/1 --backends ./backends --json")
        {
            backend, json,
        };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            session.ShowFailuresInResult(parsed.GetValue(json));
            var chosen = BackendAddress.Parse(parsed.GetValue(backend) ?? BackendAddress.Default);
            var response = await target.Open(session, parsed)
                .SendAsync(BackendRequests.To(chosen, BridgePaths.Metadata), cancellation).ConfigureAwait(false);
            session.SaysInResult(response.Error);
            if (!parsed.GetValue(json) && response.ExitCode == ExitCode.Success && MetadataMessage.Read(response.Details) is { } metadata)
            {
                Show(metadata);
            }
            else
            {
                await Responses.PrintAsync(response, parsed.GetValue(json)).ConfigureAwait(false);
            }

            return (int)response.ExitCode;
        });
        return command;
    }

    private static void Show(BackendMetadata metadata)
    {
        var table = new Table { Title = new TableTitle(VisibleText.Of(metadata.FleetType).EscapeMarkup()) }
            .AddColumns("Component", "Request", "Path");
        foreach (var component in metadata.Components)
        {
            var name = component.Name;
            foreach (var request in component.Requests)
            {
                table.AddRow(Terminal.Cell(name), Terminal.Cell(request.Name), Terminal.Cell(request.RequestPath));
                name = "";
            }
        }

        foreach (var line in RichTextTag().Replace(metadata.FleetDescription, "").ReplaceLineEndings("\n").Split('\n'))
        {
            BackendConsole.StandardOutput.WriteLine(VisibleText.Of(line));
        }

        Terminal.Out.Write(table);
    }

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex RichTextTag();
}
