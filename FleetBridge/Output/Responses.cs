using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Text;

namespace FleetBridge.Output;

/// <summary>Responses on the terminal.</summary>
internal static class Responses
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = AsciiJsonEncoder.Instance };

    /// <summary>Prints a response, as JSON or in words for a person.</summary>
    public static async Task PrintAsync(BridgeResponse response, bool json)
    {
        if (json)
        {
            await PrintJsonAsync(ResponseMessage.ToJson(response)).ConfigureAwait(false);
            return;
        }

        await BackendConsole.StandardOutput.WriteLineAsync(ResultWord.Of(response.Overall)).ConfigureAwait(false);
        if (response.Error is { } error)
        {
            await BackendConsole.StandardOutput.WriteLineAsync(VisibleText.Of(error)).ConfigureAwait(false);
        }

        if (response.Shape == ResponseShape.Nested && response.Details is { } details)
        {
            PrintNode(ResponseMessage.DetailsName, details, depth: 0);
            return;
        }

        foreach (var (name, value) in response.Details ?? [])
        {
            PrintNode(name, value, depth: 0);
        }
    }

    /// <summary>Prints JSON, indented.</summary>
    public static async Task PrintJsonAsync(JsonNode node)
    {
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            node.WriteTo(writer);
        }

        await BackendConsole.StandardOutput.WriteLineAsync(System.Text.Encoding.ASCII.GetString(buffer.ToArray())).ConfigureAwait(false);
    }

    private static void PrintNode(string name, JsonNode? node, int depth)
    {
        var indent = new string(' ', depth * 2);
        name = VisibleText.Of(name);
        switch (node)
        {
            case JsonObject members:
                BackendConsole.StandardOutput.WriteLine($"{indent}{name}:");
                foreach (var (key, value) in members)
                {
                    PrintNode(key, value, depth + 1);
                }

                break;
            case JsonArray { Count: 0 }:
                break;
            case JsonArray items:
                BackendConsole.StandardOutput.WriteLine($"{indent}{name}:");
                foreach (var item in items)
                {
                    PrintNode("-", item, depth + 1);
                }

                break;
            default:
                var text = VisibleText.Of(node?.ToString() ?? "");
                BackendConsole.StandardOutput.WriteLine(name == "-" ? $"{indent}- {text}" : $"{indent}{name}: {text}");
                break;
        }
    }
}
