using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Core.Client;

/// <summary>
/// Answers as the editor's JSON: ASCII, no byte-order mark, never two names in one object that differ by case only (the
/// engine reads them as one).
/// </summary>
internal static class EditorJson
{
    public const string ContentType = "application/json";

    /// <summary>The members of an answer.</summary>
    public const string OverallResultName = "Overall Result";
    public const string ErrorName = "Error";
    public const string DetailsName = "Details";

    /// <summary>With the answer around them, what System.Text.Json reads unless it is told otherwise: 64.</summary>
    private const int DeepestDetails = 62;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = AsciiJsonEncoder.Instance };

    /// <summary>The editor's word for a result: <c>GetBoolField</c> takes <c>True</c> for true and the others for false.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <returns><c>True</c>, <c>False</c> or <c>Invalid Settings</c>.</returns>
    public static string WordOf(OverallResult result) => result switch
    {
        OverallResult.True => "True",
        OverallResult.False => "False",
        _ => "Invalid Settings",
    };

    /// <summary>Writes an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>The JSON object. An answer that cannot be written becomes one that says so.</returns>
    public static ReadOnlyMemory<byte> Write(BridgeAnswer answer) => Write(answer, out _);

    /// <summary>Writes an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="problem">Why it cannot be written; null when it can.</param>
    /// <returns>The JSON object. An answer that cannot be written becomes one that says so.</returns>
    public static ReadOnlyMemory<byte> Write(BridgeAnswer answer, out string? problem)
    {
        try
        {
            problem = null;
            return answer.Written ??= Redaction.Clean(WriteChecked(answer));
        }
        catch (Exception exception)
        {
            // Whatever a backend put into its details: the editor gets an answer that it can read.
            problem = $"A bug in the backend: its details cannot be written as JSON: {exception.Message}";
            return Redaction.Clean(WriteChecked(answer with { Body = AnswerBody.Result, Result = BackendResult.Failure(problem) }));
        }
    }

    /// <summary>Answers a request that did not reach a backend.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">What is wrong, and what to do.</param>
    /// <returns>Completes when it is written.</returns>
    public static Task WriteErrorAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return WriteBodyAsync(context, Write(new BridgeAnswer(AnswerStatus.Answered, BackendResult.Failure(error))));
    }

    /// <summary>Writes a whole body, with its length.</summary>
    /// <param name="context">The request; its status is set.</param>
    /// <param name="json">The JSON.</param>
    /// <returns>Completes when it is written.</returns>
    public static Task WriteBodyAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json).AsTask();
    }

    private static byte[] WriteChecked(BridgeAnswer answer)
    {
        var result = answer.Result;
        if (result.Details is not null)
        {
            RefuseUnreadable(result.Details, answer.Body == AnswerBody.Flat ? [OverallResultName, ErrorName] : []);
        }

        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, WriterOptions);
        json.WriteStartObject();
        json.WriteString(OverallResultName, WordOf(result.Overall));
        if (result.Error is { } error)
        {
            json.WriteString(ErrorName, result.Remedy is { } remedy ? $"{error} {remedy}" : error);
        }

        if (result.Details is { } details)
        {
            if (answer.Body == AnswerBody.Flat)
            {
                WriteMembers(json, details);
            }
            else
            {
                json.WritePropertyName(DetailsName);
                details.WriteTo(json);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMembers(Utf8JsonWriter json, JsonObject members)
    {
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            if (value is null)
            {
                json.WriteNullValue();
            }
            else
            {
                value.WriteTo(json);
            }
        }
    }

    /// <summary>Names that the engine reads as one, and what is nested deeper than readers of JSON go.</summary>
    private static void RefuseUnreadable(JsonNode node, IEnumerable<string> taken, int depth = 1)
    {
        if (depth > DeepestDetails)
        {
            throw new InvalidOperationException($"They are nested deeper than {DeepestDetails} levels.");
        }

        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                if (item is not null)
                {
                    RefuseUnreadable(item, [], depth + 1);
                }
            }
        }
        else if (node is JsonObject members)
        {
            var names = new HashSet<string>(taken, StringComparer.OrdinalIgnoreCase);
            foreach (var (name, value) in members)
            {
                if (!names.Add(name))
                {
                    throw new InvalidOperationException($"Two members of one object are called '{name}', but for case.");
                }

                if (value is not null)
                {
                    RefuseUnreadable(value, [], depth + 1);
                }
            }
        }
    }
}
