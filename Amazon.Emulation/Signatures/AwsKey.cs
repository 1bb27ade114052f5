using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Amazon.Emulation.Signatures;

/// <summary>An access key, permanent or temporary, and whom it stands for.</summary>
internal sealed class AwsKey
{
    public required string Id { get; init; }

    public required string Secret { get; init; }

    /// <summary>A temporary key's session token.</summary>
    public string? Token { get; init; }

    /// <summary>Who signs with it.</summary>
    public required string Arn { get; init; }

    /// <summary>The only bucket and key that it may write, for a build's upload credentials; null for all.</summary>
    public (string Bucket, string Key)? Scope { get; init; }

    /// <summary>When it stops; may be set to the past to expire it.</summary>
    public DateTimeOffset? Expires { get; set; }
}

/// <summary>The access keys that are known.</summary>
internal sealed class AwsKeys
{
    private readonly ConcurrentDictionary<string, AwsKey> _keys = new();

    /// <summary>Every key.</summary>
    public IEnumerable<AwsKey> All => _keys.Values;

    /// <summary>The key of that id.</summary>
    public AwsKey? Find(string id) => _keys.GetValueOrDefault(id);

    /// <summary>A new permanent key of a user.</summary>
    public AwsKey Permanent(string arn) => Add(new AwsKey { Id = NewId("AKIA"), Secret = NewSecret(30), Arn = arn });

    /// <summary>A new temporary key with a session token.</summary>
    public AwsKey Temporary(string arn, DateTimeOffset expires, (string Bucket, string Key)? scope = null) => Add(new AwsKey
    {
        Id = NewId("ASIA"),
        Secret = NewSecret(30),
        Token = NewSecret(150),
        Arn = arn,
        Expires = expires,
        Scope = scope,
    });

    /// <summary>Forgets a key: whoever signs with it is unknown from now on.</summary>
    public void Remove(AwsKey key) => _keys.TryRemove(key.Id, out _);

    private AwsKey Add(AwsKey key) => _keys[key.Id] = key;

    private static string NewId(string prefix) => prefix + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);

    private static string NewSecret(int bytes) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes));
}
