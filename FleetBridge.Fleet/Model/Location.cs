namespace FleetBridge.Fleet.Model;

/// <summary>A custom location, <c>custom-…</c>.</summary>
internal sealed record Location(string LocationName, string LocationArn, long Number) : IRecord
{
    string IRecord.Key => LocationName;
}

/// <summary>A tag of a resource.</summary>
internal sealed record Tag(string Key, string Value);

/// <summary>The tags of one resource.</summary>
internal sealed record ResourceTags(string ResourceArn, IReadOnlyList<Tag> Tags, long Number) : IRecord
{
    string IRecord.Key => ResourceArn;
}
