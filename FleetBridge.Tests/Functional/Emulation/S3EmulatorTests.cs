using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.Emulation.S3;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using S3Object = Amazon.Emulation.S3.S3Object;

namespace FleetBridge.Tests.Functional.Emulation;

/// <summary>The emulator refuses what S3 refuses: held against the official client, and against requests of one's own.</summary>
public sealed class S3EmulatorTests : IAsyncLifetime, IDisposable
{
    private const int Mebibyte = 1024 * 1024;
    private const string Signature = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-west-2/s3/aws4_request, SignedHeaders=host, Signature=0";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private S3Server? _server;
    private AmazonS3Client? _client;

    private AmazonS3Client Client => _client!;

    public async ValueTask InitializeAsync()
    {
        _server = await S3Server.StartAsync();
        _client = new AmazonS3Client(
            new BasicAWSCredentials("AKIA", "secret"),
            new AmazonS3Config { ServiceURL = _server.Address, ForcePathStyle = true, AuthenticationRegion = "us-west-2", MaxErrorRetry = 0 });
    }

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _client?.Dispose();
    }

    [Fact]
    public async Task Object_with_a_checksum_behind_it_is_kept_without_its_encoding()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        await Client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = "builds",
            Key = "a b/c",
            InputStream = new MemoryStream(bytes),
            ChecksumAlgorithm = ChecksumAlgorithm.CRC32,
        });
        Assert.Equal(bytes, Assert.Single(_server!.S3.Objects).Content);
        using var back = await Client.GetObjectAsync("builds", "a b/c");
        Assert.Equal(bytes.Length, back.ContentLength);
    }

    [Fact]
    public async Task Wrong_checksums_are_refused()
    {
        Assert.Contains("BadDigest", await PutAsync("/builds/a", "hello", ("x-amz-checksum-crc32", "AAAAAA==")), StringComparison.Ordinal);
        Assert.Contains("BadDigest", await PutAsync("/builds/a", "hello", ("Content-MD5", Convert.ToBase64String(new byte[16]))), StringComparison.Ordinal);
        Assert.Contains(
            "XAmzContentSHA256Mismatch",
            await PutAsync("/builds/a", "hello", ("x-amz-content-sha256", new string('0', 64))),
            StringComparison.Ordinal);
        Assert.Empty(_server!.S3.Objects);
        Assert.Equal("", await PutAsync("/builds/a", "hello", ("x-amz-checksum-crc32", "NhCmhg==")));
    }

    [Fact]
    public async Task Wrong_trailer_and_wrong_length_of_a_chunked_body_are_refused()
    {
        (string, string)[] headers =
        [
            ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"), ("x-amz-trailer", "x-amz-checksum-crc32"),
            ("x-amz-decoded-content-length", "5"),
        ];
        Assert.Equal("", await PutAsync("/builds/a", "2\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", headers));
        Assert.Equal("hello", Encoding.ASCII.GetString(Assert.Single(_server!.S3.Objects).Content!));
        Assert.Contains("BadDigest", await PutAsync("/builds/a", "5\r\nhellO\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", headers), StringComparison.Ordinal);
        Assert.Contains("MalformedTrailer", await PutAsync("/builds/a", "5\r\nhello\r\n0\r\n\r\n", headers), StringComparison.Ordinal);
        Assert.Contains("IncompleteBody", await PutAsync("/builds/a", "4\r\nhell\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", headers), StringComparison.Ordinal);
        Assert.Contains("InvalidRequest", await PutAsync("/builds/a", "hello\r\n", headers), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("builds.s3.us-west-2.amazonaws.com", "/a/b", "builds", "a/b")]
    [InlineData("builds.localhost", "/a%2Fb%20c", "builds", "a/b c")]
    [InlineData("my.builds.s3.amazonaws.com", "/a", "my.builds", "a")]
    [InlineData("s3.us-west-2.amazonaws.com", "/builds/a//b", "builds", "a//b")]
    [InlineData("localhost", "/builds/a", "builds", "a")]
    public async Task Both_styles_of_addresses_are_read(string host, string path, string bucket, string key)
    {
        Assert.Equal("", await PutAsync(path, "x", ("Host", host)));
        var item = Assert.Single(_server!.S3.Objects);
        Assert.Equal((bucket, key), (item.Bucket, item.Key));
    }

    [Fact]
    public async Task Small_part_before_the_last_is_refused_at_the_end()
    {
        var (id, parts) = await SendAsync((5 * Mebibyte) - 1, 1);
        Assert.Equal("EntityTooSmall", await CompleteAsync(id, parts));
        (id, parts) = await SendAsync(5 * Mebibyte, 1);
        Assert.Equal("", await CompleteAsync(id, parts));
        Assert.Equal("NoSuchUpload", await CompleteAsync(id, parts));
    }

    [Fact]
    public async Task Parts_out_of_order_unknown_or_with_another_tag_are_refused()
    {
        var (id, parts) = await SendAsync(5 * Mebibyte, 1);
        var list = $"<Part><PartNumber>2</PartNumber><ETag>{parts[1].ETag}</ETag></Part><Part><PartNumber>1</PartNumber><ETag>{parts[0].ETag}</ETag></Part>";
        Assert.Contains("InvalidPartOrder", await PostAsync(id, list), StringComparison.Ordinal);
        Assert.Equal("InvalidPart", await CompleteAsync(id, [new PartETag(3, parts[0].ETag)]));
        Assert.Equal("InvalidPart", await CompleteAsync(id, [new PartETag(1, parts[1].ETag)]));
        Assert.Contains("MalformedXML", await PostAsync(id, ""), StringComparison.Ordinal);
        Assert.Contains("InvalidArgument", await PutAsync($"/builds/k?partNumber=10001&uploadId={id}", "x"), StringComparison.Ordinal);
        Assert.Contains("NoSuchUpload", await PutAsync($"/builds/other?partNumber=1&uploadId={id}", "x"), StringComparison.Ordinal);
        await Client.AbortMultipartUploadAsync("builds", "k", id);
        Assert.Empty((await Client.ListMultipartUploadsAsync("builds")).MultipartUploads ?? []);
    }

    [Fact]
    public async Task Callers_that_are_unknown_expired_or_do_not_sign_are_refused()
    {
        _server!.S3.Refuse = caller => caller.AccessKey == "AKIA" ? null : new S3Exception(403, "InvalidAccessKeyId", "Unknown.");
        Assert.Equal("", await PutAsync("/builds/a", "x"));
        Assert.Contains(
            "InvalidAccessKeyId",
            await PutAsync("/builds/a", "x", ("Authorization", Signature.Replace("AKIA", "OTHER", StringComparison.Ordinal))),
            StringComparison.Ordinal);
        Assert.Contains("AccessDenied", await PutAsync("/builds/a", "x", ("Authorization", "")), StringComparison.Ordinal);
        _server.S3.Expire(new S3Caller("AKIA", null));
        Assert.Contains("ExpiredToken", await PutAsync("/builds/a", "x"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(S3Bodies.Hash))]
    [InlineData(nameof(S3Bodies.Discard))]
    public async Task Bodies_that_are_not_kept_are_counted(string bodies)
    {
        _server!.S3.Bodies = Enum.Parse<S3Bodies>(bodies);
        S3Object? completed = null;
        _server.S3.Completed = item => completed = item;
        var (id, parts) = await SendAsync(5 * Mebibyte, 7);
        Assert.Equal("", await CompleteAsync(id, parts));
        Assert.Equal((5 * Mebibyte) + 7, completed!.Size);
        Assert.Null(completed.Content);
    }

    private async Task<(string Id, IReadOnlyList<PartETag> Parts)> SendAsync(params int[] sizes)
    {
        var id = (await Client.InitiateMultipartUploadAsync("builds", "k")).UploadId;
        var parts = new List<PartETag>();
        foreach (var size in sizes)
        {
            var answer = await Client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = "builds",
                Key = "k",
                UploadId = id,
                PartNumber = parts.Count + 1,
                InputStream = new MemoryStream(new byte[size]),
            });
            parts.Add(new PartETag(parts.Count + 1, answer.ETag));
        }

        return (id, parts);
    }

    /// <summary>The error's code; empty when there was none.</summary>
    private async Task<string> CompleteAsync(string id, IReadOnlyList<PartETag> parts)
    {
        try
        {
            await Client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
            {
                BucketName = "builds",
                Key = "k",
                UploadId = id,
                PartETags = [.. parts],
            });
            return "";
        }
        catch (AmazonS3Exception exception)
        {
            return exception.ErrorCode;
        }
    }

    private async Task<string> PostAsync(string id, string parts)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_server!.Address}/builds/k?uploadId={id}")
        {
            Content = new StringContent($"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", Signature);
        using var answer = await _http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<string> PutAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, _server!.Address + path)
        {
            Content = new ByteArrayContent(Encoding.ASCII.GetBytes(body)),
        };
        foreach (var (name, value) in headers)
        {
            _ = request.Headers.TryAddWithoutValidation(name, value) || request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        if (!headers.Any(header => header.Name == "Authorization"))
        {
            request.Headers.TryAddWithoutValidation("Authorization", Signature);
        }

        using var answer = await _http.SendAsync(request);
        Assert.Equal(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync() == "");
        return await answer.Content.ReadAsStringAsync();
    }
}
