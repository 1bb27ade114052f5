using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.GameLift;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>
/// Has the code compiled that a first call needs last (HTTP, then JSON), on another core, while the caller still reads
/// credentials and builds its client. Asks nobody: its connection ends in memory.
/// </summary>
internal static class FirstCall
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}");

    private static int _begun;

    /// <summary>Begins, when it is the first time.</summary>
    public static void Prepare()
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
        {
            // what the caller's AsyncLocals hold is none of its business
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(TryAsync);
            }
        }
    }

    /// <summary>Goes the way of a call that is answered with nothing.</summary>
    internal static async Task RunAsync()
    {
        ReadJson();
        await SendAsync().ConfigureAwait(false);
    }

    private static async Task TryAsync()
    {
        try
        {
            await RunAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
        {
            // then the call compiles it itself, as it would have done
        }
    }

    private static void ReadJson()
    {
        JsonSerializer.Deserialize("""{"FleetAttributes":[{}]}""", GameLiftJson.Default.DescribeFleetAttributesResponse);
        JsonSerializer.SerializeToUtf8Bytes(new(), GameLiftJson.Default.DescribeFleetAttributesRequest);
    }

    private static async Task SendAsync()
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = static (_, _) => ValueTask.FromResult<Stream>(new AnsweredStream()),
        };
        using var client = new HttpClient(handler);
        using var content = new ByteArrayContent("{}"u8.ToArray());
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/") { Content = content };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "GameLift.None");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        using var body = new MemoryStream();
        await answer.Content.CopyToAsync(body).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new IOException($"The answer in memory came as {answer.StatusCode}.");
        }
    }

    /// <summary>A connection that has its answer ready.</summary>
    private sealed class AnsweredStream : MemoryStream
    {
        public AnsweredStream()
            : base(Answer, writable: false)
        {
        }

        public override bool CanWrite => true;

        public override void Write(byte[] buffer, int offset, int count)
        {
            // nobody reads it
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }
}
