using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Deployments;

/// <summary>Where a running deployment is shown, resource by resource.</summary>
internal interface IDeploymentDisplay
{
    /// <summary>An operation on a resource begins.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="operation">The operation's name.</param>
    /// <returns>Where its progress is shown.</returns>
    IProgressDisplay Began(ResourceOutline resource, string operation);

    /// <summary>Nothing more is done for a resource, except for a last look at what is left of it.</summary>
    /// <param name="outcome">Its outcome.</param>
    void Ended(ResourceOutcome outcome);
}
