using System.Net;
using System.Security.Cryptography;
using System.Text;
using FleetBridge.Core.Security;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Joining;

/// <summary>What a worker shows when it registers.</summary>
/// <param name="Secret">The secret that it has chosen, with which it proves later that it is the same worker; null for none.</param>
/// <param name="Token">The join token that its user has given it; null for none.</param>
/// <param name="NeedsToken">Whether a new worker needs a token where this one comes from.</param>
internal sealed record JoinRequest(string? Secret, string? Token, bool NeedsToken);

/// <summary>Who may be a worker of this host.</summary>
internal static class WorkerAdmission
{
    /// <summary>The code of a worker without the secret of its id.</summary>
    public const string WrongSecret = "worker_secret_refused";

    /// <summary>The code of a new worker that needs a token and has none.</summary>
    public const string TokenNeeded = "join_token_needed";

    private const int ShortestSecret = 32;
    private const int LongestSecret = 256;

    /// <summary>Reads what a request shows.</summary>
    /// <param name="request">The request.</param>
    /// <param name="token">The join token in its body; null for none.</param>
    /// <param name="isAlwaysNeeded">Whether workers on this machine need a token too.</param>
    public static JoinRequest Read(HttpRequest request, string? token, bool isAlwaysNeeded) =>
        new(ReadSecret(request), token, isAlwaysNeeded || !IsLocal(request.HttpContext.Connection.RemoteIpAddress));

    /// <summary>Whether an address is this machine's.</summary>
    public static bool IsLocal(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    /// <summary>Lets a worker register, or not.</summary>
    /// <param name="model">The model, within the change that registers it.</param>
    /// <param name="workerId">The id that it wants.</param>
    /// <param name="join">What it shows.</param>
    /// <returns>The hash of its secret, to be kept with it; null if it has none.</returns>
    /// <exception cref="ServerException">It may not.</exception>
    public static string? Admit(FleetModel model, string workerId, JoinRequest join)
    {
        if (join.Secret is { Length: < ShortestSecret or > LongestSecret })
        {
            throw new ServerException("invalid_worker", $"The secret of a worker has {ShortestSecret} to {LongestSecret} characters.");
        }

        var kept = model.Workers.Find(workerId)?.SecretHash;
        if (kept is not null && !IsSame(kept, join.Secret))
        {
            throw new ServerException(
                WrongSecret, $"Worker {workerId} is another one: this one does not have its secret. Give each worker a data folder of its own.");
        }

        if (join.Token is { } token)
        {
            JoinTokens.Use(model, token, workerId);
        }
        else if (kept is null && join.NeedsToken)
        {
            throw new ServerException(
                TokenNeeded,
                "A new worker on another machine needs a join token. Make one with 'fleetbridge host token' on the host's machine, and give it to "
                + "'fleetbridge worker' with --join.");
        }

        return join.Secret is { } secret ? JoinTokens.HashOf(secret) : kept;
    }

    /// <summary>Whether a link's upgrade comes from the worker that it names.</summary>
    /// <param name="model">The model.</param>
    /// <param name="request">The upgrade: <c>?id=</c>, and the secret as a bearer token.</param>
    /// <returns>The worker's id; null if it does not.</returns>
    public static string? Identify(FleetModel model, HttpRequest request) =>
        request.Query["id"] is [{ } id] && model.Workers.Find(id) is { SecretHash: { } kept } && IsSame(kept, ReadSecret(request)) ? id : null;

    private static string? ReadSecret(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith($"{AccessToken.Scheme} ", StringComparison.OrdinalIgnoreCase)
            ? value[(AccessToken.Scheme.Length + 1)..].Trim(' ')
            : null;

    private static bool IsSame(string kept, string? secret) => secret is not null && CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(kept), Encoding.ASCII.GetBytes(JoinTokens.HashOf(secret)));
}
