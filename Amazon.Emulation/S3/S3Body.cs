using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Amazon.Emulation.S3;

/// <summary>Reads a request's body and refuses it when it is not what the request says.</summary>
internal static class S3Body
{
    private static readonly string[] Claims =
    [
        "content-md5", "x-amz-content-sha256",
        "x-amz-checksum-crc32", "x-amz-checksum-crc32c", "x-amz-checksum-sha1", "x-amz-checksum-sha256",
    ];

    /// <summary>Reads it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="bodies">What becomes of it.</param>
    /// <param name="dropAfter">Cuts the connection after so many bytes; null for not at all.</param>
    public static async Task<S3Content> ReadAsync(HttpContext context, S3Bodies bodies, long? dropAfter)
    {
        var headers = context.Request.Headers;
        var isChunked = headers["x-amz-content-sha256"].ToString().StartsWith("STREAMING-", StringComparison.Ordinal);
        if (context.Request.ContentLength is null && !headers.TransferEncoding.ToString().Contains("chunked", StringComparison.Ordinal))
        {
            throw new S3Exception(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
        }

        var announced = headers["x-amz-trailer"].ToString();
        var content = new S3Content(bodies, name => headers.ContainsKey(name) || announced.Contains(name, StringComparison.OrdinalIgnoreCase));
        try
        {
            var chunks = isChunked ? new S3ChunkedBody() : null;
            await CopyAsync(context, content, chunks, dropAfter);
            var decoded = headers["x-amz-decoded-content-length"].ToString();
            if (chunks is not null && (!chunks.IsComplete || decoded != content.Size.ToString(CultureInfo.InvariantCulture)))
            {
                throw new S3Exception(400, "IncompleteBody", "The body has another length than x-amz-decoded-content-length.");
            }

            foreach (var name in Claims)
            {
                var claim = chunks?.Trailers.GetValueOrDefault(name) ?? headers[name].ToString();
                if (claim.Length > 0)
                {
                    content.Check(name, claim);
                }
                else if (chunks is not null && announced.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    throw new S3Exception(400, "MalformedTrailerError", $"The trailer {name} was announced and did not come.");
                }
            }

            return content;
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    private static async Task CopyAsync(HttpContext context, S3Content content, S3ChunkedBody? chunks, long? dropAfter)
    {
        var reader = context.Request.BodyReader;
        var seen = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            try
            {
                foreach (var segment in read.Buffer)
                {
                    seen += segment.Length;
                    if (chunks is null)
                    {
                        content.Add(segment.Span);
                    }
                    else
                    {
                        chunks.Feed(segment.Span, content);
                    }
                }
            }
            finally
            {
                // also when it is refused: what is left will be read on
                reader.AdvanceTo(read.Buffer.End);
            }

            if (seen >= dropAfter)
            {
                context.Abort();
                throw new OperationCanceledException("dropped on command");
            }

            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
