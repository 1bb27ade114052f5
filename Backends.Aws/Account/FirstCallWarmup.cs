using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.Clients.Runtime;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// Compiles the code that a first call needs last (HTTP, then JSON), on another core, while the caller still reads
/// credentials and builds its client. It sends nothing: its connection ends in memory.
/// </summary>
internal static class FirstCallWarmup
{
    private static readonly byte[] Response = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}");

    private static int _begun;

    /// <summary>Begins in the background; only the first time does something.</summary>
    public static void Begin()
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
        {
            // the caller's AsyncLocals do not belong to it
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(TryAsync);
            }
        }
    }

    /// <summary>Runs the code of a call whose response is empty.</summary>
    internal static async Task RunAsync()
    {
        MarshallingWarmup.Run();
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
            // then the call itself compiles the code
        }
    }

    private static async Task SendAsync()
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = static (_, _) => ValueTask.FromResult<Stream>(new RespondingStream()),
        };
        using var client = new HttpClient(handler);
        using var content = new ByteArrayContent("{}"u8.ToArray());
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/") { Content = content };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "GameLift.None");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        using var body = new MemoryStream();
        await response.Content.CopyToAsync(body).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new IOException($"The response in memory came as {response.StatusCode}.");
        }
    }

    /// <summary>A connection whose response is ready.</summary>
    private sealed class RespondingStream : MemoryStream
    {
        public RespondingStream()
            : base(Response, writable: false)
        {
        }

        public override bool CanWrite => true;

        public override void Write(byte[] buffer, int offset, int count)
        {
            // nothing reads it
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }
}
