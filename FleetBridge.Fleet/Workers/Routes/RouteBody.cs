using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FleetBridge.Core.Security;
using FleetBridge.Fleet.Servers;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>Reads the bodies of requests: JSON alone, which no form of a web page can send.</summary>
internal static class RouteBody
{
    private const int Largest = 1024 * 1024;

    /// <summary>Reads a body.</summary>
    /// <exception cref="ServerException">It is no JSON of that type.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (!IsJson(context.Request.ContentType))
        {
            throw new ServerException("unsupported_media_type", "Send JSON, with Content-Type: application/json.");
        }

        return Parse(await ReadBytesAsync(context).ConfigureAwait(false), type)
            ?? throw new ServerException("invalid_json", "The body is null; it has to be a JSON object.");
    }

    /// <summary>Reads a body that may be missing.</summary>
    /// <exception cref="ServerException">It is no JSON of that type.</exception>
    public static async Task<T?> ReadOptionalAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        var isEmpty = context.Request.ContentLength is null or 0 && !context.Request.Headers.ContainsKey("Transfer-Encoding");
        return isEmpty ? null : await ReadAsync(context, type).ConfigureAwait(false);
    }

    private static bool IsJson(string? contentType) =>
        contentType is not null && contentType.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static T? Parse<T>(byte[] body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException exception)
        {
            throw new ServerException(
                "invalid_json", $"The body is not what is expected{(exception.Path is { } path ? $" at {ShortText.Of(path)}" : "")}: {Reason(exception)}");
        }
    }

    /// <summary>The parser's message without its positions, and without the names of our types.</summary>
    private static string Reason(JsonException exception)
    {
        var message = exception.Message.Split(" Path: ")[0];
        return message.Contains("could not be mapped", StringComparison.Ordinal) ? "there is no such member."
            : message.Contains("could not be converted", StringComparison.Ordinal) ? "the value has another type, or is not one of the values."
            : ShortText.Of(message);
    }

    private static async Task<byte[]> ReadBytesAsync(HttpContext context)
    {
        if (context.Request.ContentLength > Largest)
        {
            throw TooLarge();
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false) is > 0 and var count)
        {
            body.Write(buffer, 0, count);
            if (body.Length > Largest)
            {
                throw TooLarge();
            }
        }

        return body.ToArray();
    }

    private static ServerException TooLarge() => new("body_too_large", $"The body is larger than {Largest / 1024} KiB.");
}
