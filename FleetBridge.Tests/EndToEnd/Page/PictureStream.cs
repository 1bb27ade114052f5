using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>A viewer of <c>GET /stream/{topic}</c>, which reads picture after picture.</summary>
internal sealed class PictureStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;

    private PictureStream(HttpResponseMessage response, Stream body) => (_response, _body) = (response, body);

    public static async Task<PictureStream> OpenAsync(HttpClient client, string address, string topic, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{address}/stream/{topic}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("multipart/x-mixed-replace", response.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
        return new PictureStream(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next picture.</summary>
    public async Task<byte[]> NextAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var length = -1;
        while (await ReadLineAsync(limit.Token) is var line && (line.Length > 0 || length < 0))
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture);
            }
        }

        var picture = new byte[length];
        await _body.ReadExactlyAsync(picture, limit.Token);
        return picture;
    }

    public void Dispose() => _response.Dispose();

    private async Task<string> ReadLineAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await _body.ReadExactlyAsync(one, cancellation);
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }
    }
}
