namespace Amazon.Emulation.S3;

/// <summary>What becomes of the bodies that are sent.</summary>
internal enum S3Bodies
{
    /// <summary>Kept in memory, to be read again.</summary>
    Keep,

    /// <summary>Hashed and checked against what the client says of them, not kept.</summary>
    Hash,

    /// <summary>Counted only: next to no work, for measurements of who sends.</summary>
    Discard,
}

/// <summary>Who signed a request, as it says itself.</summary>
/// <param name="AccessKey">The access key.</param>
/// <param name="Token">The session token; null for none.</param>
internal sealed record S3Caller(string AccessKey, string? Token);

/// <summary>A request, counted.</summary>
/// <param name="Operation">S3's name of it, such as UploadPart.</param>
/// <param name="Nth">The how manieth of that operation it is, from 1.</param>
/// <param name="Caller">Who signed it.</param>
/// <param name="PartNumber">Its part; null where it has none.</param>
internal sealed record S3Call(string Operation, int Nth, S3Caller Caller, int? PartNumber);

/// <summary>What goes wrong with a request, instead of or before its answer.</summary>
internal sealed record S3Fault
{
    /// <summary>The answer's error code; null for none.</summary>
    public string? Code { get; init; }

    /// <summary>Its HTTP status.</summary>
    public int Status { get; init; } = 500;

    /// <summary>Waited for first, before the body is read.</summary>
    public Task Wait { get; init; } = Task.CompletedTask;

    /// <summary>The connection is cut after so many bytes of the body; null for not at all.</summary>
    public long? DropAfter { get; init; }

    /// <summary>The connection is cut when all was done and before it is said.</summary>
    public bool DropAnswer { get; init; }

    /// <summary>From now on the request's credentials count as expired.</summary>
    public bool Expire { get; init; }
}

/// <summary>An object that is there.</summary>
/// <param name="Bucket">Its bucket.</param>
/// <param name="Key">Its key.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="ETag">Its entity tag, without quotes.</param>
/// <param name="Parts">How many parts it was sent in; 0 for one PutObject.</param>
/// <param name="Content">Its bytes, if they are kept.</param>
internal sealed record S3Object(string Bucket, string Key, long Size, string ETag, int Parts, byte[]? Content);

/// <summary>An answer that says no.</summary>
internal sealed class S3Exception(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;
}
