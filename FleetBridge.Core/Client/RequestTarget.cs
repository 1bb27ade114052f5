using System.Diagnostics.CodeAnalysis;
using FleetBridge.Backends;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Client;

/// <summary>
/// A request's raw target, read by the editor's rules: what a web framework would decode, merge or resolve stays as it is.
/// </summary>
/// <param name="Segments">The path's segments, decoded, without empty ones. One that would hide a slash or a backslash
/// behind an escape stays encoded.</param>
/// <param name="Parameters">The query, decoded.</param>
internal sealed record RequestTarget(string[] Segments, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>No client of ours sends more; a query with more is refused before it is parsed.</summary>
    public const int MostParameters = 1_000;

    /// <summary>Reads a target in origin form (<c>/aws/1/metadata?prefix=x</c>) or absolute form (with
    /// <c>http://host</c> before it).</summary>
    /// <param name="raw">The target as it is in the request line.</param>
    /// <param name="target">The target; null when it cannot be read.</param>
    /// <param name="problem">Why it cannot be read; null when it can.</param>
    /// <returns>Whether it can be read.</returns>
    public static bool TryParse(
        string raw, [NotNullWhen(true)] out RequestTarget? target, [NotNullWhen(false)] out string? problem)
    {
        (target, problem) = (null, null);
        var rest = StripAuthority(raw.AsSpan());
        var mark = rest.IndexOf('?');
        var path = mark < 0 ? rest : rest[..mark];
        var query = mark < 0 ? [] : rest[(mark + 1)..];
        if (query.Count('&') >= MostParameters)
        {
            problem = $"The query has more than {MostParameters} parameters.";
            return false;
        }

        target = new RequestTarget(ReadSegments(path), new QueryParameters(query.ToString()));
        return true;
    }

    /// <summary>The request to a backend that the target describes.</summary>
    /// <param name="request">The request; null when a backend or a version is missing.</param>
    /// <returns>Whether both are there.</returns>
    public bool TryGetRequest([NotNullWhen(true)] out BackendRequest? request)
    {
        request = Segments.Length < 2
            ? null
            : new BackendRequest
            {
                Backend = Segments[0],
                Version = Segments[1],
                Segments = Segments[2..],
                Parameters = Parameters,
            };
        return request is not null;
    }

    private static ReadOnlySpan<char> StripAuthority(ReadOnlySpan<char> raw)
    {
        const string separator = "://";
        var scheme = raw.StartsWith('/') ? -1 : raw.IndexOf(separator, StringComparison.Ordinal);
        if (scheme < 0)
        {
            return raw;
        }

        var rest = raw[(scheme + separator.Length)..];
        var end = rest.IndexOfAny('/', '?');
        return end < 0 ? [] : rest[end..];
    }

    private static string[] ReadSegments(ReadOnlySpan<char> path)
    {
        var segments = new List<string>();
        foreach (var range in path.Split('/'))
        {
            if (path[range] is { IsEmpty: false } raw)
            {
                var decoded = Uri.UnescapeDataString(raw);
                segments.Add(decoded.AsSpan().ContainsAny('/', '\\') ? raw.ToString() : decoded);
            }
        }

        return [.. segments];
    }
}
