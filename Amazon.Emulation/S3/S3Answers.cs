using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Amazon.Emulation.S3;

/// <summary>S3's XML.</summary>
internal static class S3Answers
{
    private static readonly XNamespace Xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static Task ErrorAsync(HttpContext context, S3Exception error)
    {
        context.Response.StatusCode = error.Status;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        return WriteAsync(context, new XElement(
            "Error",
            new XElement("Code", error.Code),
            new XElement("Message", error.Message),
            new XElement("RequestId", context.Response.Headers["x-amz-request-id"].ToString())));
    }

    public static Task CreatedAsync(HttpContext context, S3Multipart upload) => WriteAsync(context, new XElement(
        Xmlns + "InitiateMultipartUploadResult",
        new XElement(Xmlns + "Bucket", upload.Bucket),
        new XElement(Xmlns + "Key", upload.Key),
        new XElement(Xmlns + "UploadId", upload.Id)));

    public static Task CompletedAsync(HttpContext context, S3Object item) => WriteAsync(context, new XElement(
        Xmlns + "CompleteMultipartUploadResult",
        new XElement(Xmlns + "Location", $"http://{context.Request.Host}/{item.Bucket}/{Uri.EscapeDataString(item.Key)}"),
        new XElement(Xmlns + "Bucket", item.Bucket),
        new XElement(Xmlns + "Key", item.Key),
        new XElement(Xmlns + "ETag", $"\"{item.ETag}\"")));

    public static Task UploadsAsync(HttpContext context, string bucket, IEnumerable<S3Multipart> uploads) => WriteAsync(context, new XElement(
        Xmlns + "ListMultipartUploadsResult",
        new XElement(Xmlns + "Bucket", bucket),
        new XElement(Xmlns + "IsTruncated", "false"),
        uploads.Select(upload => new XElement(
            Xmlns + "Upload",
            new XElement(Xmlns + "Key", upload.Key),
            new XElement(Xmlns + "UploadId", upload.Id)))));

    private static Task WriteAsync(HttpContext context, XElement root)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.ToString(SaveOptions.DisableFormatting));
    }
}
