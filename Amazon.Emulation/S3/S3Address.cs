using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Amazon.Emulation.S3;

/// <summary>Which bucket and which key a request is about.</summary>
/// <param name="Bucket">The bucket; empty for the service itself.</param>
/// <param name="Key">The key; empty for the bucket itself.</param>
internal sealed record S3Address(string Bucket, string Key)
{
    /// <summary>Reads both styles ("Virtual hosting of buckets" in S3's user guide): the bucket as the first segment, or as
    /// the beginning of the host.</summary>
    public static S3Address Of(HttpContext context)
    {
        // the target as it was sent: a key may hold %2F and two slashes
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = Uri.UnescapeDataString(target.Split('?')[0].TrimStart('/') is var raw ? raw : "");
        if (BucketOfHost(context.Request.Host.Host) is { } bucket)
        {
            return new S3Address(bucket, path);
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new S3Address(path, "") : new S3Address(path[..slash], path[(slash + 1)..]);
    }

    private static string? BucketOfHost(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out _) || !host.Contains('.', StringComparison.Ordinal)
            || host.StartsWith("s3.", StringComparison.Ordinal) || host.StartsWith("s3-", StringComparison.Ordinal))
        {
            return null;
        }

        foreach (var service in (string[])[".s3.", ".s3-"])
        {
            if (host.IndexOf(service, StringComparison.Ordinal) is var at and > 0)
            {
                return host[..at];
            }
        }

        return host[..host.IndexOf('.', StringComparison.Ordinal)];
    }
}
