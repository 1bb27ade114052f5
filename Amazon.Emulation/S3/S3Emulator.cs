using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Amazon.Emulation.S3;

/// <summary>As much of S3 as an upload needs, as strict as S3. Whether signatures are right is for others to check.</summary>
internal sealed partial class S3Emulator
{
    private readonly ConcurrentDictionary<string, S3Multipart> _uploads = new();
    private readonly ConcurrentDictionary<(string Bucket, string Key), S3Object> _objects = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentDictionary<S3Caller, bool> _expired = new();
    private readonly ConcurrentQueue<S3Call> _calls = new();
    private long _ids;

    /// <summary>What becomes of the bodies.</summary>
    public S3Bodies Bodies { get; set; } = S3Bodies.Keep;

    /// <summary>Refuses a caller by returning why; everybody who signs is allowed without it.</summary>
    public Func<S3Caller, S3Exception?>? Refuse { get; set; }

    /// <summary>What goes wrong with a request; null for nothing.</summary>
    public Func<S3Call, S3Fault?>? Fault { get; set; }

    /// <summary>Called when an object is complete, before the client hears of it.</summary>
    public Action<S3Object>? Completed { get; set; }

    /// <summary>The objects that are there.</summary>
    public IReadOnlyCollection<S3Object> Objects => [.. _objects.Values];

    /// <summary>The uploads that are neither complete nor aborted.</summary>
    public IReadOnlyCollection<S3Multipart> Uploads => [.. _uploads.Values];

    /// <summary>Every request so far, also those that were refused.</summary>
    public IReadOnlyCollection<S3Call> Calls => [.. _calls];

    /// <summary>From now on these credentials count as expired.</summary>
    public void Expire(S3Caller caller) => _expired[caller] = true;

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } largest)
        {
            largest.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } slowest)
        {
            slowest.MinDataRate = null;
        }

        context.Response.Headers["x-amz-request-id"] = NextId();
        try
        {
            await AnswerOrRefuseAsync(context);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // cut on command, or the client went away
        }
    }

    private async Task AnswerOrRefuseAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (S3Exception error)
        {
            // a client that is still sending would not hear the answer
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await S3Answers.ErrorAsync(context, error);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var address = S3Address.Of(context);
        var part = query.TryGetValue("partNumber", out var number) ? number.ToString() : null;
        var operation = Operation(context.Request.Method, address, query);
        var caller = Caller(context.Request.Headers);
        var call = new S3Call(
            operation,
            _counts.AddOrUpdate(operation, 1, (_, count) => count + 1),
            caller,
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : null);
        _calls.Enqueue(call);
        var fault = Fault?.Invoke(call);
        if (fault?.Expire == true)
        {
            Expire(caller);
        }

        await (fault?.Wait ?? Task.CompletedTask).WaitAsync(context.RequestAborted);
        if (_expired.ContainsKey(caller))
        {
            throw new S3Exception(400, "ExpiredToken", "The provided token has expired.");
        }

        if (Refuse?.Invoke(caller) is { } refusal)
        {
            throw refusal;
        }

        if (fault?.Code is { } code)
        {
            throw new S3Exception(fault.Status, code, "Failed on command.");
        }

        var uploadId = query["uploadId"].ToString();
        switch (operation)
        {
            case "CreateMultipartUpload":
                var upload = new S3Multipart(NextId(), address.Bucket, address.Key);
                _uploads[upload.Id] = upload;
                DropAnswer(context, fault);
                await S3Answers.CreatedAsync(context, upload);
                break;
            case "UploadPart":
                await TakePartAsync(context, Find(uploadId, address), S3Multipart.ReadNumber(part ?? ""), fault);
                break;
            case "CompleteMultipartUpload":
                await CompleteAsync(context, Find(uploadId, address), fault);
                break;
            case "AbortMultipartUpload":
                Find(uploadId, address);
                _uploads.TryRemove(uploadId, out _);
                DropAnswer(context, fault);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "ListMultipartUploads":
                await S3Answers.UploadsAsync(context, address.Bucket, _uploads.Values.Where(one => one.Bucket == address.Bucket));
                break;
            case "PutObject":
                await PutAsync(context, address, fault);
                break;
            default:
                await GetAsync(context, address);
                break;
        }
    }

    private async Task TakePartAsync(HttpContext context, S3Multipart upload, int number, S3Fault? fault)
    {
        using var content = await S3Body.ReadAsync(context, Bodies, fault?.DropAfter);
        var part = new S3Part(content.Size, ETag(content), content.Md5, content.Bytes);
        upload.Parts[number] = part;
        DropAnswer(context, fault);
        context.Response.Headers.ETag = $"\"{part.ETag}\"";
    }

    private async Task CompleteAsync(HttpContext context, S3Multipart upload, S3Fault? fault)
    {
        using var reader = new StreamReader(context.Request.Body);
        var item = upload.Complete(await reader.ReadToEndAsync(context.RequestAborted));
        _uploads.TryRemove(upload.Id, out _);
        Keep(item);
        DropAnswer(context, fault);
        await S3Answers.CompletedAsync(context, item);
    }

    private async Task PutAsync(HttpContext context, S3Address address, S3Fault? fault)
    {
        using var content = await S3Body.ReadAsync(context, Bodies, fault?.DropAfter);
        var item = new S3Object(address.Bucket, address.Key, content.Size, ETag(content), 0, content.Bytes);
        Keep(item);
        DropAnswer(context, fault);
        context.Response.Headers.ETag = $"\"{item.ETag}\"";
    }

    private async Task GetAsync(HttpContext context, S3Address address)
    {
        if (!_objects.TryGetValue((address.Bucket, address.Key), out var item))
        {
            throw new S3Exception(404, "NoSuchKey", "The specified key does not exist.");
        }

        context.Response.Headers.ETag = $"\"{item.ETag}\"";
        context.Response.ContentLength = item.Size;
        context.Response.Headers.LastModified = "Sat, 01 Jan 2000 00:00:00 GMT"; // the aws command asks for one
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(
                item.Content ?? throw new S3Exception(404, "NoSuchKey", "Its bytes were not kept."), context.RequestAborted);
        }
    }

    private void Keep(S3Object item)
    {
        _objects[(item.Bucket, item.Key)] = item;
        Completed?.Invoke(item);
    }

    private S3Multipart Find(string uploadId, S3Address address) =>
        _uploads.TryGetValue(uploadId, out var upload) && upload.Bucket == address.Bucket && upload.Key == address.Key
            ? upload
            : throw new S3Exception(404, "NoSuchUpload", "The specified multipart upload does not exist. The upload ID might be "
                + "invalid, or the multipart upload might have been aborted or completed.");

    private static void DropAnswer(HttpContext context, S3Fault? fault)
    {
        if (fault?.DropAnswer == true)
        {
            context.Abort();
            throw new OperationCanceledException("dropped on command", context.RequestAborted);
        }
    }

    private static string Operation(string method, S3Address address, IQueryCollection query) =>
        (method, query.ContainsKey("uploads"), query.ContainsKey("uploadId"), address.Key.Length > 0) switch
        {
            ("POST", true, _, true) => "CreateMultipartUpload",
            ("PUT", _, true, true) => "UploadPart",
            ("POST", _, true, true) => "CompleteMultipartUpload",
            ("DELETE", _, true, true) => "AbortMultipartUpload",
            ("GET", true, _, false) => "ListMultipartUploads",
            ("PUT", false, false, true) => "PutObject",
            ("GET", false, false, true) => "GetObject",
            ("HEAD", false, false, true) => "HeadObject",
            _ => throw new S3Exception(501, "NotImplemented", "The emulator does not have this operation."),
        };

    private static S3Caller Caller(IHeaderDictionary headers)
    {
        var match = Credential().Match(headers.Authorization.ToString());
        if (!match.Success)
        {
            throw new S3Exception(403, "AccessDenied", "Access Denied");
        }

        var token = headers["x-amz-security-token"].ToString();
        return new S3Caller(match.Groups[1].Value, token.Length > 0 ? token : null);
    }

    private string ETag(S3Content content) => content.Md5 is { } md5 ? Convert.ToHexStringLower(md5) : NextId();

    private string NextId() => Interlocked.Increment(ref _ids).ToString("x32", CultureInfo.InvariantCulture);

    [GeneratedRegex("^AWS4-HMAC-SHA256 Credential=([^/]+)/[0-9]{8}/[^/]+/s3/aws4_request,")]
    private static partial Regex Credential();
}
