using System.Globalization;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Text;
using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Commands;

/// <summary>Servers and workers for a person.</summary>
internal static class FleetTables
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>A table of servers.</summary>
    /// <param name="items">The servers.</param>
    /// <param name="withHosts">Whether to name their hosts.</param>
    public static Table Servers(JsonArray items, bool withHosts = false)
    {
        var table = (withHosts ? new Table().AddColumn("Host") : new Table()).AddColumns(
            "Server", "State", "Game", "Worker", "Pid", "Ports", "CPU", "Memory", "Remark");
        foreach (var server in items)
        {
            Spectre.Console.Rendering.IRenderable[] host = withHosts ? [Terminal.Cell(WireJson.Text(server, "host"))] : [];
            table.AddRow([
                .. host,
                Terminal.Cell(WireJson.Text(server, "id")),
                State(WireJson.Text(server, "state") ?? ""),
                Terminal.Cell(WireJson.Text(server, "game_id")),
                Terminal.Cell(WireJson.Text(server, "worker_id")),
                Terminal.Cell(WireJson.Text(server, "pid")),
                Terminal.Cell(Ports(server)),
                Terminal.Cell(Percent(server)),
                Terminal.Cell(Size(server, "memory_bytes")),
                Terminal.Cell(Remark(server)),
            ]);
        }

        return table;
    }

    /// <summary>A table of workers.</summary>
    public static Table Workers(JsonArray items)
    {
        var table = new Table().AddColumns("Worker", "Name", "Status", "Servers", "CPU", "Memory", "Disk free", "Last seen");
        foreach (var worker in items)
        {
            table.AddRow(
                Terminal.Cell(WireJson.Text(worker, "id")),
                Terminal.Cell(WireJson.Text(worker, "name")),
                State(WireJson.Text(worker, "status") ?? ""),
                Terminal.Cell(WireJson.Text(worker, "servers")),
                Terminal.Cell(Percent(worker)),
                Terminal.Cell(Size(worker, "memory_bytes")),
                Terminal.Cell(Size(worker, "disk_free_bytes")),
                Terminal.Cell(WireJson.Text(worker, "last_seen_at")));
        }

        return table;
    }

    /// <summary>A table of how a server ended, newest first.</summary>
    public static Table Ends(JsonArray ends)
    {
        var table = new Table().AddColumns("Ended", "Exit", "Why");
        foreach (var end in ends)
        {
            table.AddRow(
                Terminal.Cell(WireJson.Text(end, "ended_at")),
                Terminal.Cell(WireJson.Text(end, "signal") ?? WireJson.Text(end, "exit_code")),
                Terminal.Cell(WireJson.Text(end, "reason")));
        }

        return table;
    }

    /// <summary>One server in a line.</summary>
    public static string Line(JsonNode? server) => VisibleText.Of(
        $"{WireJson.Text(server, "id")}  {WireJson.Text(server, "state")}  {WireJson.Text(server, "game_id")} on {WireJson.Text(server, "worker_id")}");

    private static Text State(string state) => new(VisibleText.Of(state), new Style(state switch
    {
        "ready" or "alive" => Color.Green,
        "starting" or "installing" or "stopping" or "frozen" => Color.Yellow,
        "crashed" or "failed" or "unknown" => Color.Red,
        _ => Color.Grey,
    }));

    private static string Ports(JsonNode? server) => string.Join(
        " ", ((server as JsonObject)?["ports"] as JsonObject ?? []).Select(port => $"{port.Key}:{port.Value}"));

    private static string Percent(JsonNode? item) => Number(item, "cpu_percent") is { } percent ? $"{percent:0.#} %" : "";

    private static string Size(JsonNode? item, string name) => Number(item, name) is { } bytes
        ? bytes >= 1024 * Mebibyte ? $"{bytes / Mebibyte / 1024:0.#} GiB" : $"{bytes / Mebibyte:0} MiB"
        : "";

    private static double? Number(JsonNode? item, string name) =>
        double.TryParse(WireJson.Text(item, name), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Remark(JsonNode? server) => WireJson.Text(server, "state") switch
    {
        "installing" when (server as JsonObject)?["progress"] is JsonObject progress => $"{Number(progress, "percent"):0} %",
        "crashed" => $"next try {WireJson.Text(server, "next_try_at")}: {WireJson.Text(server, "reason")}",
        "failed" => WireJson.Text(server, "reason"),
        _ => WireJson.Flag(server, "restart_needed") ? "restart needed" : "",
    };
}
