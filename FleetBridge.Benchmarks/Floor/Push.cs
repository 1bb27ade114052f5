using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Floor;

/// <summary>
/// <c>/push?count=N&amp;bytes=B</c>: N text frames of about B bytes each, numbered from 1, made beforehand and written in
/// large blocks. No logger, no queue, no encoder: what is left is the way through Kestrel's socket.
/// </summary>
internal static class Push
{
    private const int BlockBytes = 128 * 1024;

    public static async Task HandleAsync(HttpContext context)
    {
        var count = Number(context, "count");
        var frames = Frames(count, Number(context, "bytes"));

        // the answer to the sample key of RFC 6455, section 1.3, which is what the benchmark's client sends
        context.Response.Headers.SecWebSocketAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        for (var start = 0; start < frames.Length; start += BlockBytes)
        {
            await stream.WriteAsync(frames.AsMemory(start, Math.Min(BlockBytes, frames.Length - start)));
        }

        await stream.FlushAsync();
        _ = await stream.ReadAsync(new byte[1]);
    }

    private static int Number(HttpContext context, string key) =>
        int.TryParse(context.Request.Query[key], CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static byte[] Frames(int count, int bytes)
    {
        var frames = new MemoryStream(count * (bytes + 4));
        Span<byte> head = [0x81, 126, 0, 0];
        for (var i = 1; i <= count; i++)
        {
            var end = string.Create(CultureInfo.InvariantCulture, $" {i}\"}}");
            var text = "{\"message\": \"" + new string('x', Math.Max(113, bytes - 13 - end.Length)) + end;
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)text.Length);
            frames.Write(head);
            frames.Write(Encoding.ASCII.GetBytes(text));
        }

        return frames.ToArray();
    }
}
