using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Gateway.Client;
using FleetBridge.Gateway.Topics;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>Which records a follower of the log wants.</summary>
/// <param name="Since">How far back; null for the newest ones only.</param>
/// <param name="Level">The lowest level, as records name it.</param>
/// <param name="Pattern">What the text or the name must contain; null for anything.</param>
internal sealed record LogFilter(TimeSpan? Since, string Level, Regex? Pattern)
{
    private static readonly string[] Levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

    /// <summary>Whether it wants a record.</summary>
    public bool Takes(JsonObject record, DateTime? earliest) =>
        Array.IndexOf(Levels, WireJson.Text(record, "level")) >= Array.IndexOf(Levels, Level)
        && (Pattern is null || Pattern.IsMatch(WireJson.Text(record, "message") ?? "") || Pattern.IsMatch(WireJson.Text(record, "name") ?? ""))
        && (earliest is null || !DateTime.TryParseExact(
                WireJson.Text(record, "time"), "yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            || time >= earliest);
}

/// <summary>Prints the log of a bridge from its gateway: any number of followers, beside the editor, over lost connections and restarts.</summary>
internal sealed class GatewayLogFollower(GatewayAccess access, LogFilter filter, bool json, TimeProvider clock)
{
    /// <summary>What a follower begins with, and with how many records where it asks for a time.</summary>
    private const int Newest = 1_000;
    private const int MostHistory = 200_000;

    /// <summary>Runs until Ctrl-C.</summary>
    /// <exception cref="UserException">The gateway refuses.</exception>
    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        var earliest = filter.Since is { } since ? clock.GetLocalNow().DateTime - since : (DateTime?)null;
        try
        {
            await using var client = await access.ConnectAsync(retriesFirst: false, cancellation).ConfigureAwait(false);
            await foreach (var happened in client.SubscribeAsync(
                LogTopic.TopicName, since: null, earliest is null ? Newest : MostHistory, cancellation).ConfigureAwait(false))
            {
                if (happened.Kind == GatewayEventKind.Lost)
                {
                    Terminal.WriteError("The log continues; the bridge was started again, or records were dropped meanwhile.");
                }
                else if (happened.Kind == GatewayEventKind.Event
                    && JsonNode.Parse(happened.Value.GetRawText()) is JsonObject record
                    && filter.Takes(record, earliest))
                {
                    Print(record);
                }

                if (BackendConsole.StandardOutput.Problem is not null)
                {
                    return ExitCode.OutputFailed;
                }
            }

            return ExitCode.Success;
        }
        catch (GatewayException exception)
        {
            throw new UserException(ExitCode.Unreachable, exception.Message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

    private void Print(JsonObject record)
    {
        if (json)
        {
            BackendConsole.StandardOutput.WriteLine(Encoding.ASCII.GetString(WireJson.Write(writer => WireJson.WriteMembers(writer, record))));
            return;
        }

        Terminal.WriteRecord(TextOf("time"), TextOf("level"), TextOf("name"), TextOf("message"), Terminal.Out);

        string TextOf(string member) => WireJson.Text(record, member) ?? "";
    }
}
