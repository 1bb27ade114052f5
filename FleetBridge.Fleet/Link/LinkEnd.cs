namespace FleetBridge.Fleet.Link;

/// <summary>How a connection ended.</summary>
/// <param name="Code">The close code that the other side has sent; null for a connection that was lost.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record LinkEnd(int? Code, string Reason)
{
    public override string ToString() => Code is { } code ? $"closed with {code}{(Reason.Length > 0 ? $": {Reason.TrimEnd('.')}" : "")}" : $"lost: {Reason}";
}
