using System.Text.RegularExpressions;
using FleetBridge.Fleet.Control;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>What an operation may know of its call.</summary>
/// <param name="Control">The fleet.</param>
/// <param name="Context">The request.</param>
internal readonly partial record struct ApiCall(FleetControl Control, HttpContext Context)
{
    /// <summary>Cancelled when the client is gone.</summary>
    public CancellationToken Cancellation => Context.RequestAborted;

    /// <summary>The region for which the request is signed; null where it is not signed, or not for a region. Nothing else of the
    /// signature is looked at.</summary>
    public string? Region
    {
        get
        {
            var match = Scope().Match(Context.Request.Headers.Authorization.ToString());
            return match.Success ? match.Groups[1].Value : null;
        }
    }

    // Credential=<key>/<date>/<region>/gamelift/aws4_request; a region that the server SDKs take in an ARN
    [GeneratedRegex(@"Credential=[^,\s]{1,256}/[0-9]{8}/([a-z]{2}(?:-[a-z]{1,16}){1,3}-[0-9])/", RegexOptions.CultureInvariant)]
    private static partial Regex Scope();
}
