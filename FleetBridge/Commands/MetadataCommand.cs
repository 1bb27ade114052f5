using System.CommandLine;
using System.Text.RegularExpressions;
using FleetBridge.Core.Client;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;
using FleetBridge.Options;
using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge metadata</c>: what the editor shows of a backend.</summary>
internal static partial class MetadataCommand
{
    public static Command Create(CliSession session)
    {
        var backend = SharedOptions.Backend();
        var json = SharedOptions.Json();
        var choice = new TargetOptions();
        var command = new ExampleCommand(
            "metadata",
            "Show a backend's components and their requests, as the editor does.",
            "fleetbridge metadata",
            "fleetbridge metadata --backend hello/1 --backends ./backends --json")
        {
            backend, json,
        };
        choice.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var chosen = BackendAddress.Parse(parsed.GetValue(backend) ?? BackendAddress.Default);
            var reply = await choice.Open(session, parsed)
                .SendAsync(BackendRequests.To(chosen, RequestRunner.MetadataPath), cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json) || reply.ExitCode != ExitCode.Success)
            {
                await Replies.PrintAsync(reply, parsed.GetValue(json)).ConfigureAwait(false);
            }
            else
            {
                Show(reply);
            }

            return (int)reply.ExitCode;
        });
        return command;
    }

    private static void Show(BridgeReply reply)
    {
        var table = new Table { Title = new TableTitle($"{reply.Details?["Fleet Type"]}".EscapeMarkup()) }
            .AddColumns("Component", "Request", "Path");
        foreach (var component in reply.Details?["Components"]?.AsArray() ?? [])
        {
            var name = $"{component?["Name"]}";
            foreach (var request in component?["Requests"]?.AsArray() ?? [])
            {
                table.AddRow(name.EscapeMarkup(), $"{request?["Name"]}".EscapeMarkup(), $"{request?["RequestPath"]}".EscapeMarkup());
                name = "";
            }
        }

        Console.Out.WriteLine(RichTextTag().Replace($"{reply.Details?["Fleet Description"]}", ""));
        Terminal.Out.Write(table);
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex RichTextTag();
}
