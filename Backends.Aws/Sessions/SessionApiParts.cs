using Amazon.GameLift;
using FleetBridge.Backends.Aws.Fleets;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.RestApis;

namespace FleetBridge.Backends.Aws.Sessions;

/// <summary>What the session API needs.</summary>
/// <param name="ApiId">The REST API on which its routes are.</param>
/// <param name="FleetId">The fleet on which sessions run.</param>
/// <param name="AuthorizerId">The authorizer that decides who may use the routes; null lets anyone.</param>
internal sealed record SessionApiParts(string ApiId, string FleetId, string? AuthorizerId)
{
    /// <summary>Finds them.</summary>
    /// <exception cref="BackendException">Some are missing; the message names all of those.</exception>
    public static async Task<SessionApiParts> FindAsync(AwsContext context)
    {
        var settings = context.Settings;
        var (apiName, fleetName) = (settings[AwsSettings.RestApiName], settings[AwsSettings.FleetName]);
        var apis = context.FindApiAsync(apiName);
        var fleets = context.FleetsNamedAsync(fleetName);
        await Task.WhenAll(apis, fleets).ConfigureAwait(false);
        var (api, isDeployed) = await apis.ConfigureAwait(false);
        var fleet = (await fleets.ConfigureAwait(false)).Current();
        var missing = new List<string>();
        if (api is null || !isDeployed)
        {
            missing.Add($"there is no deployed REST API {apiName}");
        }

        if (fleet is null)
        {
            missing.Add($"there is no fleet {fleetName}");
        }
        else if (fleet.IsTerminating() || fleet.Status == FleetStatus.ERROR)
        {
            missing.Add($"the fleet {fleetName} ({fleet.FleetId}) {FleetStates.Meaning(fleet.Status)}");
        }

        string? authorizerId = null;
        if (api is not null && NeedsAuthorizer(settings))
        {
            var authorizerName = settings[AwsSettings.AuthorizerName];
            authorizerId = (await context.FindAuthorizerAsync(api.Id!, authorizerName).ConfigureAwait(false))?.Id;
            if (authorizerId is null && isDeployed)
            {
                missing.Add($"the REST API {apiName} ({api.Id}) lacks its authorizer {authorizerName}");
            }
        }

        return missing.Count == 0
            ? new SessionApiParts(api!.Id!, fleet!.FleetId!, authorizerId)
            : throw new BackendException(
                $"The session API needs the REST API and the fleet in {context.Region}, but {string.Join(", and ", missing)}.",
                "Create the fleet and the REST API first; the fleet need not be ACTIVE yet.");
    }

    /// <summary>Whether only logged-in players may use the routes.</summary>
    public static bool NeedsAuthorizer(Settings settings) =>
        settings[AwsSettings.SessionApiAuthorization] == AwsSettings.CognitoAuthorization;
}
