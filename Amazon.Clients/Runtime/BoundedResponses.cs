using System.Net;

namespace Amazon.Clients.Runtime;

/// <summary>Ends responses that are larger, or take longer, than their bounds allow.</summary>
internal sealed class BoundedResponses(HttpMessageHandler inner, ResponseBounds bounds) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var most = response.IsSuccessStatusCode ? bounds.MostBytes : ResponseBounds.MostErrorBytes;
        if (response.Content.Headers.ContentLength > most)
        {
            response.Dispose();
            throw BoundedStream.TooLarge(most);
        }

        response.Content = new BoundedContent(
            response.Content, most, request.Method == HttpMethod.Put ? bounds.PutTime : bounds.Time);
        return response;
    }

    private sealed class BoundedContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly int _most;
        private readonly TimeSpan _time;

        public BoundedContent(HttpContent inner, int most, TimeSpan time)
        {
            (_inner, _most, _time) = (inner, most, time);
            foreach (var header in inner.Headers)
            {
                Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
            new BoundedStream(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), _most, _time);

        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
            new BoundedStream(_inner.ReadAsStream(cancellationToken), _most, _time);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var body = await CreateContentReadStreamAsync().ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                await body.CopyToAsync(stream).ConfigureAwait(false);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
