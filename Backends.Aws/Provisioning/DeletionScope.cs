using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Something of a name that is to be deleted.</summary>
/// <param name="Kind">What it is, such as "build".</param>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; its name where it has no other.</param>
/// <param name="Tags">Its tags; null when they cannot be read.</param>
internal sealed record Candidate(string Kind, string Name, string Id, IReadOnlyDictionary<string, string>? Tags)
{
    /// <summary>Why it cannot be deleted, whoever has made it, as the end of a sentence; null when nothing speaks against it.</summary>
    public string? Keep { get; init; }

    /// <summary>Why the deployment no longer needs it but others do, as the end of a sentence; null when no others do.</summary>
    public string? Shared { get; init; }

    /// <summary>Why an older version cannot have made it, as the end of a sentence; null when it may have.</summary>
    public string? Foreign { get; init; }

    /// <summary>For a sentence: kind, name and id.</summary>
    public override string ToString() => Id == Name ? $"the {Kind} {Name}" : $"the {Kind} {Name} ({Id})";
}

/// <summary>
/// What a delete takes: only what carries the deployment's tags, and with <see cref="AwsSettings.ForceUntagged"/> also what carries
/// none. It names the rest, and says why (decision 17).
/// </summary>
/// <param name="context">The operation.</param>
/// <param name="tags">The tags of what it takes.</param>
internal sealed partial class DeletionScope(AwsContext context, ResourceTags tags)
{
    private const string LeftState = "LEFT";

    private readonly List<string> _left = [];
    private readonly List<string> _unresolved = [];
    private bool _isUntagged;

    /// <summary>Decides about all candidates before any is deleted, and logs what it leaves and what it takes without tags.</summary>
    /// <returns>What to delete, in the order given.</returns>
    public IReadOnlyList<Candidate> Take(IReadOnlyList<Candidate> candidates)
    {
        var force = bool.Parse(context.Settings[AwsSettings.ForceUntagged]);
        var taken = candidates.Where(candidate => Takes(candidate, force)).ToList();
        var untagged = taken.Where(candidate => tags.OwnerOf(candidate.Tags) == Owner.Unknown).ToList();
        if (untagged.Count > 0)
        {
            LogForced(context.Log, string.Join(", ", untagged));
        }

        return taken;
    }

    /// <summary>The result of the deletion.</summary>
    /// <param name="details">What was deleted.</param>
    public BackendResult Complete(JsonObject details)
    {
        if (_left.Count > 0)
        {
            details[BackendResult.LeftDetail] = new JsonArray([.. _left.Select(text => JsonValue.Create(text))]);
        }

        if (_unresolved.Count == 0)
        {
            return BackendResult.Success(details);
        }

        details[BackendResult.StateDetail] = LeftState;
        return BackendResult.Failure(
            string.Join(" ", _unresolved),
            _isUntagged
                ? $"Make sure that it is yours. Then run 'fleetbridge delete {tags.Resource} --prefix {tags.Prefix} --force-untagged' with "
                    + "the same profile, region and names; a request over HTTP says force_untagged=true."
                : "Try again later.",
            details);
    }

    private bool Takes(Candidate candidate, bool force)
    {
        var owner = tags.OwnerOf(candidate.Tags);
        switch (owner)
        {
            case Owner.AnotherDeployment:
                Leave(candidate, $"it belongs to another deployment: {ResourceTags.Describe(candidate.Tags!)}");
                return false;
            case Owner.Unknown when candidate.Foreign is { } reason:
                Leave(candidate, $"it has no tags of FleetBridge, and {reason}");
                return false;
            case Owner.Unknown when !force:
                _isUntagged = true;
                Leave(
                    candidate,
                    "it has no tags of FleetBridge, so another team, an older version or another tool has made it",
                    isUnresolved: true);
                return false;
            default:
                if ((candidate.Keep ?? candidate.Shared) is not { } reasonToStay)
                {
                    return true;
                }

                Leave(candidate, reasonToStay, isUnresolved: candidate.Keep is not null);
                return false;
        }
    }

    private void Leave(Candidate candidate, string reason, bool isUnresolved = false)
    {
        LogLeft(context.Log, candidate, reason);
        _left.Add($"{candidate}: {reason}");
        if (isUnresolved)
        {
            var text = $"{candidate} was left: {reason}.";
            _unresolved.Add(char.ToUpperInvariant(text[0]) + text[1..]);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Leaving {Candidate}: {Reason}")]
    private static partial void LogLeft(ILogger logger, Candidate candidate, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deleting without tags, as --force-untagged says: {Candidates}")]
    private static partial void LogForced(ILogger logger, string candidates);
}
