using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Reads a request's body as a whole, up to a bound.</summary>
internal static class ApiBody
{
    /// <summary>The longest body that is read: the largest request of the model, CreateGameSession with 262,144 characters of data,
    /// fits also where each of them is escaped.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    /// <summary>Buffers up to this size are kept for the next response.</summary>
    public const int KeptBuffer = 256 * 1024;

    // what is longer than the bound is read and thrown away, since most clients look for a response only when all is sent
    private const long MaximumDrained = 64 * 1024 * 1024;

    /// <summary>Reads the body. The buffer is valid until the reader is advanced past it, which is the caller's to do.</summary>
    /// <param name="context">The request.</param>
    /// <exception cref="ApiException">It is too long.</exception>
    public static async ValueTask<ReadOnlySequence<byte>> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = MaximumDrained;
        }

        var reader = context.Request.BodyReader;
        if (context.Request.ContentLength > MaximumLength)
        {
            await DrainAsync(context, reader);
        }

        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > MaximumLength)
            {
                reader.AdvanceTo(read.Buffer.End);
                await DrainAsync(context, reader);
            }

            if (read.IsCompleted)
            {
                return read.Buffer;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async Task DrainAsync(HttpContext context, PipeReader reader)
    {
        if (!(context.Request.ContentLength > MaximumDrained))
        {
            bool isCompleted;
            do
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                isCompleted = read.IsCompleted;
                reader.AdvanceTo(read.Buffer.End);
            }
            while (!isCompleted);
        }

        throw new ApiException(
            ApiException.Serialization,
            $"The body is longer than {MaximumLength} bytes, more than any request of GameLift has.",
            StatusCodes.Status413PayloadTooLarge);
    }
}
