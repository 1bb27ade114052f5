using System.Text;

namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>
/// The query with which a server SDK connects. Two of the three SDKs write it without encoding anything, so a <c>+</c>, a comma
/// or an <c>=</c> in a value is itself, and so is a <c>%</c> without two hexadecimal digits behind it. The SDK for Go encodes as
/// a form does, with <c>+</c> for a space.
/// </summary>
internal sealed class ConnectQuery
{
    private const string ProcessKey = "pID";
    private const string FleetKey = "FleetId";
    private const string ComputeKey = "ComputeId";
    private const string TokenKey = "Authorization";
    private const string LanguageKey = "sdkLanguage";
    private const string VersionKey = "sdkVersion";
    private const string Go = "Go";

    /// <summary>GameLift's ids have 256 characters at most; the process id, which is free text, gets the room of the C++ SDK's buffer.</summary>
    private const int LongestValue = 1024;

    private ConnectQuery()
    {
    }

    /// <summary>The process id.</summary>
    public required string ProcessId { get; init; }

    public required string FleetId { get; init; }

    /// <summary>ComputeId, which the SDKs call the host id.</summary>
    public required string ComputeName { get; init; }

    /// <summary>The auth token; null with SigV4.</summary>
    public string? AuthToken { get; init; }

    public string? SdkLanguage { get; init; }

    public string? SdkVersion { get; init; }

    /// <summary>Reads a query.</summary>
    /// <param name="rawTarget">The request's target as it came.</param>
    /// <param name="problem">What is wrong with it; null when nothing is.</param>
    /// <returns>The query; null when something is wrong.</returns>
    public static ConnectQuery? TryParse(string rawTarget, out string? problem)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var start = rawTarget.IndexOf('?', StringComparison.Ordinal);
        foreach (var part in start < 0 ? [] : rawTarget[(start + 1)..].Split('&'))
        {
            // a web socket URL that ends in a question mark gets another one
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var key = (equals < 0 ? part : part[..equals]).TrimStart('?', '/');
            values.TryAdd(Decode(key), equals < 0 ? "" : part[(equals + 1)..]);
        }

        var spaces = values.GetValueOrDefault(LanguageKey) == Go;
        problem = Missing(ProcessKey, "GAMELIFT_SDK_PROCESS_ID") ?? Missing(FleetKey, "GAMELIFT_SDK_FLEET_ID")
            ?? Missing(ComputeKey, "GAMELIFT_SDK_HOST_ID") ?? TooLong();
        return problem is not null
            ? null
            : new ConnectQuery
            {
                ProcessId = Find(ProcessKey)!,
                FleetId = Find(FleetKey)!,
                ComputeName = Find(ComputeKey)!,
                AuthToken = Find(TokenKey),
                SdkLanguage = Find(LanguageKey),
                SdkVersion = Find(VersionKey),
            };

        string? Find(string key) => values.GetValueOrDefault(key) is { Length: > 0 } raw ? Decode(spaces ? raw.Replace('+', ' ') : raw) : null;

        string? Missing(string key, string variable) => Find(key) is null
            ? $"The connection's query has no {key}. The server SDK takes it from {variable}, or from the parameters of InitSDK."
            : null;

        string? TooLong() => values.FirstOrDefault(value => value.Value.Length > LongestValue).Key is { } key
            ? $"{(key.Length > 32 ? "A value" : key)} in the connection's query is longer than {LongestValue} characters."
            : null;
    }

    /// <summary>Decodes what is a percent-encoding; anything else stays as it is.</summary>
    private static string Decode(string raw)
    {
        if (!raw.Contains('%', StringComparison.Ordinal))
        {
            return raw;
        }

        var bytes = new List<byte>(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '%' && i + 2 < raw.Length && char.IsAsciiHexDigit(raw[i + 1]) && char.IsAsciiHexDigit(raw[i + 2]))
            {
                bytes.Add(Convert.FromHexString(raw.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(raw, i, 1));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
