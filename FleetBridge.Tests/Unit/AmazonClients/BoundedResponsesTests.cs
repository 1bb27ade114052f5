using System.Net;
using Amazon.Clients.Runtime;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>A response of AWS has bounds, whatever sends it.</summary>
public sealed class BoundedResponsesTests
{
    private static readonly ResponseBounds Bounds = new(1_000, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20));

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public async Task Response_within_the_bounds_is_read(int length) =>
        Assert.Equal(length, (await ReadAsync(new ByteArrayContent(new byte[length]), Bounds)).Length);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Response_that_is_too_large_is_not_read_to_its_end(bool saysItsLength)
    {
        using var endless = new Endless();
        using HttpContent content = saysItsLength ? new ByteArrayContent(new byte[1_001]) : new StreamContent(endless);
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(content, Bounds));
        Assert.Equal(HttpRequestError.InvalidResponse, exception.HttpRequestError);
        Assert.InRange(endless.Sent, 0, 200_000);
    }

    [Fact]
    public async Task Error_has_a_bound_of_its_own()
    {
        using var endless = new Endless();
        using var content = new StreamContent(endless);
        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(
            content, ResponseBounds.Management, HttpStatusCode.BadRequest));
        Assert.InRange(endless.Sent, 1, 2 * ResponseBounds.MostErrorBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Response_that_does_not_end_in_time_is_silence(bool isAsync)
    {
        using var content = new StreamContent(new Trickle());
        using var client = Client(content, Bounds with { Time = TimeSpan.FromMilliseconds(50) }, HttpStatusCode.OK);
        using var response = await client.GetAsync(new Uri("http://localhost"), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var exception = await Assert.ThrowsAsync<TimeoutException>(async () =>
        {
            var buffer = new byte[10];
            while ((isAsync ? await body.ReadAsync(buffer) : body.Read(buffer, 0, 10)) > 0)
            {
            }
        });
        Assert.True(ServiceFailure.IsSilence(exception));
        Assert.False(ServiceFailure.IsUnreachable(exception));
    }

    [Fact]
    public void Each_kind_of_call_has_bounds()
    {
        foreach (var bounds in (ResponseBounds[])[ResponseBounds.Management, ResponseBounds.Credentials, ResponseBounds.Uploads])
        {
            Assert.InRange(bounds.MostBytes, 64 * 1024, 16 * 1024 * 1024);
            Assert.InRange(bounds.Time, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
            Assert.InRange(bounds.PutTime, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, ResponseBounds bounds, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var client = Client(content, bounds, status);
        using var response = await client.GetAsync(new Uri("http://localhost"), HttpCompletionOption.ResponseHeadersRead);
        using var body = new MemoryStream();
        await (await response.Content.ReadAsStreamAsync()).CopyToAsync(body);
        return body.ToArray();
    }

    private static HttpClient Client(HttpContent content, ResponseBounds bounds, HttpStatusCode status) =>
        new(new BoundedResponses(new Canned(content, status), bounds));

    private sealed class Canned(HttpContent content, HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = content });
    }

    /// <summary>Never ends.</summary>
    private class Endless : Stream
    {
        public long Sent { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Sent; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Sent += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>Sends nothing until it is closed, as a connection does.</summary>
    private sealed class Trickle : Endless
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override int Read(byte[] buffer, int offset, int count)
        {
            _closed.Task.GetAwaiter().GetResult();
            throw new ObjectDisposedException(nameof(Trickle));
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _closed.Task;
            throw new ObjectDisposedException(nameof(Trickle));
        }

        protected override void Dispose(bool disposing)
        {
            _closed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
