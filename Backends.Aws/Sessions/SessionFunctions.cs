using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Sessions;

/// <summary>All functions that know on which fleet sessions run: that of the Lambdas, and those of the session API.</summary>
internal static class SessionFunctions
{
    /// <summary>The desired state of the session API's functions, in the order of its routes.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="fleetId">The fleet.</param>
    public static IReadOnlyList<DesiredFunction> OfRoutes(AwsContext context, string fleetId) =>
        [.. SessionRoute.All.Select(route => DesiredFunction.Session(context, route.NameSetting, route.Handler, fleetId))];

    /// <summary>Points those that exist to another fleet.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="fleetId">The fleet.</param>
    public static async Task RepointAsync(AwsContext context, string fleetId)
    {
        foreach (var function in OfRoutes(context, fleetId).Prepend(DesiredFunction.StartSession(context, fleetId)))
        {
            await FunctionProvisioner.RepointAsync(context, function).ConfigureAwait(false);
        }
    }
}
