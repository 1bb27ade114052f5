using FleetBridge.Backends.Aws.Functions;
using ApiResource = Amazon.APIGateway.Model.Resource;

namespace FleetBridge.Backends.Aws.Sessions;

/// <summary>A route of the session API, which an online subsystem calls, with the function behind it.</summary>
/// <param name="PathPart">Its path under the root.</param>
/// <param name="HttpMethod">Its HTTP method.</param>
/// <param name="Handler">The function's code.</param>
/// <param name="NameSetting">The setting with the function's name.</param>
internal sealed record SessionRoute(string PathPart, string HttpMethod, HandlerPackage Handler, string NameSetting)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SessionRoute> All { get; } =
    [
        new("create_session", "POST", HandlerPackage.CreateSession, AwsSettings.CreateSessionFunctionName),
        new("find_session", "GET", HandlerPackage.FindSession, AwsSettings.FindSessionFunctionName),
        new("join_session", "POST", HandlerPackage.JoinSession, AwsSettings.JoinSessionFunctionName),
    ];

    /// <summary>Its resource in an API; null when there is none.</summary>
    /// <param name="resources">The API's resources.</param>
    public ApiResource? FindIn(IEnumerable<ApiResource> resources) => resources.FirstOrDefault(resource => resource.Path == $"/{PathPart}");
}
