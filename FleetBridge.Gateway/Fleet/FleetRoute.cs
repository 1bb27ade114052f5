using FleetBridge.Core.Client;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Fleet;

/// <summary>A route of a host that consumers may call, read from a method's text. What is not in the table is not passed on.</summary>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Path">The path, each segment escaped again.</param>
/// <param name="Right">The role that it needs.</param>
internal sealed record FleetRoute(string Verb, string Path, Role Right)
{
    /// <summary>The names of routes that need no parameters in their path.</summary>
    private static readonly Dictionary<string, string> ByName = new(StringComparer.Ordinal)
    {
        ["servers"] = "GET /server",
        ["workers"] = "GET /worker",
        ["create_session"] = "POST /create_session",
        ["find_session"] = "GET /find_session",
        ["join_session"] = "POST /join_session",
    };

    private static readonly string[] Roots = ["server", "worker"];
    private static readonly string[] Sessions = ["create_session", "find_session", "join_session", "create_session_local", "find_session_local", "join_session_local"];

    /// <summary>Its name in messages and in the audit log.</summary>
    public string Name => $"{Verb} {Path}";

    /// <summary>Whether it changes something.</summary>
    public bool Changes => Verb != "GET";

    /// <summary>Reads a method: <c>servers</c>, <c>GET /server/{id}</c>, or <c>server/{id}</c>, which is a GET too.</summary>
    /// <returns>Null for what is not in the table.</returns>
    public static FleetRoute? Read(string method)
    {
        method = ByName.GetValueOrDefault(method, method);
        var space = method.IndexOf(' ', StringComparison.Ordinal);
        var verb = space < 0 ? "GET" : method[..space];
        var path = space < 0 ? $"/{method}" : method[(space + 1)..];
        if (verb is not ("GET" or "POST" or "PUT" or "DELETE")
            || !path.StartsWith('/')
            || !RequestTarget.TryParse(path, out var target, out _)
            || target.Segments is not { Length: > 0 } segments
            || segments.Any(segment => segment is "." or ".."))
        {
            return null;
        }

        var isSession = Sessions.Contains(segments[0]) && segments.Length == 1;
        if (!isSession && (!Roots.Contains(segments[0]) || segments.Length > 4))
        {
            return null;
        }

        var query = target.Parameters.Count == 0 ? "" : "?" + string.Join(
            '&', target.Parameters.Select(one => $"{Uri.EscapeDataString(one.Key)}={Uri.EscapeDataString(one.Value)}"));
        return new FleetRoute(
            verb, $"/{string.Join('/', segments.Select(Uri.EscapeDataString))}{query}", RightOf(verb));
    }

    /// <summary>The role for an operation of the GameLift API.</summary>
    public static Role RightOfApi(string operation) =>
        operation.StartsWith("Describe", StringComparison.Ordinal) || operation.StartsWith("List", StringComparison.Ordinal)
            || operation.StartsWith("Search", StringComparison.Ordinal) ? Role.Viewer
        : operation.EndsWith("GameSession", StringComparison.Ordinal) || operation.EndsWith("PlayerSession", StringComparison.Ordinal)
            || operation.EndsWith("PlayerSessions", StringComparison.Ordinal) ? Role.Operator
        : Role.Admin;

    private static Role RightOf(string verb) => verb switch
    {
        "GET" => Role.Viewer,
        "DELETE" => Role.Admin,
        _ => Role.Operator,
    };
}
