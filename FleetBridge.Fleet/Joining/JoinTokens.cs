using System.Security.Cryptography;
using System.Text;
using FleetBridge.Core.Security;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Joining;

/// <summary>
/// Tokens with which workers on other machines join: each is good for one worker and for an hour. The store has their hashes, so that
/// whoever reads it cannot join.
/// </summary>
internal static class JoinTokens
{
    /// <summary>The code of a refusal.</summary>
    public const string Refused = "join_token_refused";

    /// <summary>How long a token is good.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromHours(1);

    /// <summary>How long an old one is known, so that its refusal says why.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    /// <summary>Makes a token.</summary>
    /// <param name="control">The fleet with its store.</param>
    /// <returns>The token, which is nowhere else, and its end.</returns>
    public static async Task<(string Token, DateTimeOffset ExpiresAt)> MakeAsync(FleetControl control)
    {
        var token = AccessToken.Random();
        var expiresAt = await control.ChangeAsync(model =>
        {
            foreach (var old in model.JoinTokens.All.Where(old => old.ExpiresAt + Remembered <= model.Now).ToList())
            {
                model.JoinTokens.Remove(old.Hash);
            }

            return model.JoinTokens.Set(new JoinToken(HashOf(token), model.Now + Validity, model.TakeNumber())).ExpiresAt;
        }).ConfigureAwait(false);
        return (token, expiresAt);
    }

    /// <summary>Uses a token for a worker. The one that has used it may show it again: it cannot know whether the response was lost.</summary>
    /// <param name="model">The model, within a change.</param>
    /// <param name="token">The token.</param>
    /// <param name="workerId">Whose it is from now on.</param>
    /// <exception cref="ServerException">It is unknown, used by another worker, or expired.</exception>
    public static void Use(FleetModel model, string token, string workerId)
    {
        var known = model.JoinTokens.Find(HashOf(token)) ?? throw Refuse(token, "this host has not made it");
        if (known.UsedBy == workerId)
        {
            return;
        }

        if (known.UsedBy is not null)
        {
            throw Refuse(token, "it was used already, and each is good for one worker");
        }

        if (known.ExpiresAt <= model.Now)
        {
            throw Refuse(token, $"it expired at {known.ExpiresAt.UtcDateTime:u}");
        }

        model.JoinTokens.Set(known with { UsedBy = workerId });
    }

    /// <summary>What is stored of a secret.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static ServerException Refuse(string token, string reason) => new(
        Refused, $"The join token {ShortText.Of(token)} is refused: {reason}. Make another one with 'fleetbridge host token' on the host's machine.");
}
