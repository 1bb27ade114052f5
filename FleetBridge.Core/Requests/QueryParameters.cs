using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace FleetBridge.Core.Requests;

/// <summary>
/// A request's query by the editor's rules: the first of repeated keys, without blank values. It is parsed when it is first used: the
/// editor sends all its settings with every request, and <c>/metadata</c> needs none of them.
/// </summary>
/// <param name="query">The query as it is in the request line, without its question mark.</param>
internal sealed class QueryParameters(string query) : IReadOnlyDictionary<string, string>
{
    private Dictionary<string, string>? _read;

    /// <summary>The query as it is in the request line.</summary>
    public string Text => query;

    public int Count => Read.Count;

    public IEnumerable<string> Keys => Read.Keys;

    public IEnumerable<string> Values => Read.Values;

    private Dictionary<string, string> Read => _read ??= ReadAll(query);

    public string this[string key] => Read[key];

    public bool ContainsKey(string key) => Read.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => Read.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => Read.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Dictionary<string, string> ReadAll(ReadOnlySpan<char> query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            if (equals >= 0 && Unquote(Decode(pair[(equals + 1)..])) is { Length: > 0 } value)
            {
                parameters.TryAdd(Decode(pair[..equals]), value);
            }
        }

        return parameters;
    }

    /// <summary>Percent escapes and plus signs; an invalid escape, or one that is no UTF-8, stays as it is.</summary>
    private static string Decode(ReadOnlySpan<char> text)
    {
        var spaced = text.Contains('+') ? text.ToString().Replace('+', ' ') : text.ToString();
        return Uri.UnescapeDataString(spaced);
    }

    /// <summary>Removes one pair of matching quotes; an unmatched one stays.</summary>
    private static string Unquote(string value) =>
        value is ['"', .., '"'] or ['\'', .., '\''] ? value[1..^1] : value;
}
