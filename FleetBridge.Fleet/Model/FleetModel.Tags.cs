namespace FleetBridge.Fleet.Model;

internal sealed partial class FleetModel
{
    private const int TagsPerResource = 200;

    /// <summary>The tags of a fleet, location, alias or queue.</summary>
    /// <exception cref="FleetException">NotFoundException.</exception>
    public IReadOnlyList<Tag> TagsOf(string resourceArn) => _tags.Find(KnownArn(resourceArn))?.Tags ?? [];

    /// <exception cref="FleetException">NotFoundException, InvalidRequestException.</exception>
    public void TagResource(string resourceArn, IReadOnlyList<Tag> tags)
    {
        var arn = KnownArn(resourceArn);
        var kept = (_tags.Find(arn)?.Tags ?? []).Where(old => tags.All(tag => tag.Key != old.Key));
        List<Tag> all = [.. kept, .. tags];
        if (all.Count > TagsPerResource)
        {
            throw Invalid($"{resourceArn} would have {all.Count} tags; {TagsPerResource} is the most.");
        }

        _tags.Set(new ResourceTags(arn, all, _tags.Find(arn)?.Number ?? NextNumber()));
    }

    /// <exception cref="FleetException">NotFoundException.</exception>
    public void UntagResource(string resourceArn, IReadOnlyList<string> tagKeys)
    {
        var arn = KnownArn(resourceArn);
        if (_tags.Find(arn) is { } known)
        {
            _tags.Set(known with { Tags = [.. known.Tags.Where(tag => !tagKeys.Contains(tag.Key))] });
        }
    }

    private void TagNew(string arn, IReadOnlyList<Tag> tags)
    {
        if (tags.Count > 0)
        {
            _tags.Set(new ResourceTags(arn, [.. tags], NextNumber()));
        }
    }

    /// <summary>The ARN under which the named resource keeps its tags.</summary>
    private string KnownArn(string arn) =>
        (arn.StartsWith("arn:", StringComparison.Ordinal)
            ? FindFleet(arn)?.FleetArn ?? FindAlias(arn)?.AliasArn ?? FindLocation(arn)?.LocationArn ?? FindQueue(arn)?.GameSessionQueueArn
            : null)
        ?? throw NotFound($"Resource {arn} not found. Fleets, aliases, locations and queues of this host can have tags.");
}
