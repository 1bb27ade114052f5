using System.Text;

namespace FleetBridge.Tests.Support;

/// <summary>What another program, or a broken one, may send where a bridge is expected.</summary>
public static class HostileJson
{
    /// <summary>Each with a name, which the test's output shows.</summary>
    public static TheoryData<string, string> Bodies => new()
    {
        { "nothing", "" },
        { "spaces", "   \n" },
        { "a page", "<!doctype html><title>Log in</title>" },
        { "null", "null" },
        { "a text", "\"True\"" },
        { "an array", "[{\"Overall Result\":\"True\",\"name\":\"FleetBridge\"}]" },
        { "an end that is missing", "{\"Overall Result\":\"True\",\"name\":\"FleetBridge\"" },
        { "two objects", "{\"Overall Result\":\"True\",\"name\":\"FleetBridge\"}{}" },
        { "a comment", "{\"Overall Result\":\"True\",\"name\":\"FleetBridge\"/* */}" },
        { "a byte-order mark", "\ufeff{\"Overall Result\":\"True\",\"name\":\"FleetBridge\"}" },
        { "a member twice", "{\"Overall Result\":\"True\",\"name\":\"FleetBridge\",\"Overall Result\":\"False\",\"name\":\"x\"}" },
        { "a member twice, deep in it", Full("\"Details\":{\"a\":[{\"b\":1,\"b\":2}]}") },
        { "half a surrogate pair as a value", Full("\"Error\":\"\\ud83d\"") },
        { "half a surrogate pair as a name", Full("\"\\ud83d\":1") },
        { "half a surrogate pair, deep in it", Full("\"Details\":{\"a\":[\"\\ud83d\"]}") },
        { "bytes that are no text", Full("\"Error\":\"\u00ff\"") },
        { "a number that is none", Full("\"Details\":{\"a\":NaN}") },
        { "70 levels", Full($"\"Details\":{new string('[', 70)}{new string(']', 70)}") },
        { "100,000 levels", Full($"\"Details\":{new string('[', 100_000)}") },
    };

    /// <summary>Characters up to U+00FF as one byte each, so that a body can have bytes that are no UTF-8; a byte-order mark as it is.</summary>
    public static byte[] Bytes(string body) => body.StartsWith('\ufeff') ? Encoding.UTF8.GetBytes(body) : Encoding.Latin1.GetBytes(body);

    private static string Full(string member) => $"{{\"Overall Result\":\"True\",\"name\":\"FleetBridge\",{member}}}";
}
