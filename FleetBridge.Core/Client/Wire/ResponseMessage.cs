using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Client.Wire;

/// <summary>The response to a request, as the editor gets it.</summary>
internal static class ResponseMessage
{
    public const string DetailsName = "Details";

    private const string OverallResultName = "Overall Result";
    private const string ErrorName = "Error";

    /// <summary>The detail by which a client distinguishes a backend that is not loaded from an operation that failed.</summary>
    private const string BackendStateName = "Backend State";
    private const string NotLoadedState = "Not Loaded";

    /// <summary>Writes a response.</summary>
    /// <param name="response">The response.</param>
    /// <returns>The JSON object. A response that cannot be written becomes one that says so.</returns>
    public static ReadOnlyMemory<byte> Write(BridgeResponse response) => Write(response, out _);

    /// <summary>Writes a response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="problem">Why it cannot be written; null when it can.</param>
    /// <returns>The JSON object. A response that cannot be written becomes one that says so.</returns>
    public static ReadOnlyMemory<byte> Write(BridgeResponse response, out string? problem)
    {
        problem = null;
        if (response is WrittenResponse written)
        {
            return written.Json;
        }

        try
        {
            return WriteChecked(response);
        }
        catch (Exception exception)
        {
            // Whatever a backend put into its details: the editor gets a response that it can read.
            problem = $"A bug in the backend: its details cannot be written as JSON: {exception.Message}";
            return WriteChecked(BridgeResponse.Completed(BackendResult.Failure(problem)));
        }
    }

    /// <summary>Writes a response that is sent again and again.</summary>
    /// <param name="response">The response.</param>
    /// <returns>The same response with its JSON.</returns>
    public static WrittenResponse WriteAhead(BridgeResponse response) => new(response, Write(response));

    /// <summary>A response as a JSON object of its own.</summary>
    /// <param name="response">The response.</param>
    /// <returns>The object that the editor would get.</returns>
    public static JsonObject ToJson(BridgeResponse response) => WireJson.Read(Write(response).Span)!;

    /// <summary>Reads a response.</summary>
    /// <param name="utf8">Whatever was received.</param>
    /// <param name="status">How far the request came, as far as that is known without the body.</param>
    /// <param name="shape">Where the details are.</param>
    /// <returns>The response; null when no bridge can have sent it.</returns>
    public static BridgeResponse? Read(ReadOnlySpan<byte> utf8, ResponseStatus status, ResponseShape shape)
    {
        if (WireJson.Read(utf8) is not { } json
            || json[OverallResultName] is not JsonValue word || word.GetValueKind() != JsonValueKind.String)
        {
            return null;
        }

        var details = DetailsOf(json, shape);
        if (status is ResponseStatus.Completed or ResponseStatus.NotLoaded && WireJson.Text(details, BackendStateName) == NotLoadedState)
        {
            (status, details) = (ResponseStatus.NotLoaded, null);
        }

        return new BridgeResponse(status, new BackendResult
        {
            Overall = ResultWord.Read(word.GetValue<string>()),
            Error = WireJson.Text(json, ErrorName),
            Details = details,
        })
        {
            Shape = shape,
        };
    }

    private static JsonObject? DetailsOf(JsonObject json, ResponseShape shape)
    {
        if (shape == ResponseShape.Nested || json[DetailsName] is JsonObject)
        {
            var details = json[DetailsName] as JsonObject;
            json.Remove(DetailsName);
            return details;
        }

        var members = new JsonObject();
        foreach (var (name, value) in json.Where(member => member.Key is not (OverallResultName or ErrorName)).ToList())
        {
            json.Remove(name);
            members[name] = value;
        }

        return members.Count == 0 && json.ContainsKey(ErrorName) ? null : members;
    }

    private static byte[] WriteChecked(BridgeResponse response)
    {
        var flat = response.Shape == ResponseShape.Flat && response.Status == ResponseStatus.Completed;
        var details = response.Status == ResponseStatus.NotLoaded
            ? new JsonObject { [BackendStateName] = NotLoadedState }
            : response.Details;
        if (details is not null)
        {
            ReadableDetails.Demand(details, flat ? [OverallResultName, ErrorName] : []);
        }

        return WireJson.Write(json =>
        {
            json.WriteString(OverallResultName, ResultWord.Of(response.Overall));
            if (response.Error is { } error)
            {
                json.WriteString(ErrorName, error);
            }

            if (details is not null && flat)
            {
                WireJson.WriteMembers(json, details);
            }
            else if (details is not null)
            {
                json.WritePropertyName(DetailsName);
                details.WriteTo(json);
            }
        });
    }
}

/// <summary>A response whose JSON has been written, because it is the same for as long as a build serves.</summary>
internal sealed record WrittenResponse : BridgeResponse
{
    /// <param name="response">The response.</param>
    /// <param name="json">Its JSON.</param>
    public WrittenResponse(BridgeResponse response, ReadOnlyMemory<byte> json)
        : base(response) => Json = json;

    public ReadOnlyMemory<byte> Json { get; }
}
