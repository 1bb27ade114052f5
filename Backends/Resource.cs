namespace FleetBridge.Backends;

/// <summary>
/// One part of a deployment, such as a fleet or a user pool: a small class whose operations the editor calls by path.
/// </summary>
public abstract class Resource
{
    /// <summary>
    /// Where requests find it: segments joined by <c>/</c> without one at either end, such as
    /// <c>deployment/uploaded_build</c>. The last segment is the resource's name.
    /// </summary>
    public abstract string Path { get; }

    /// <summary>What can be done with it. <c>/&lt;Path&gt;/&lt;operation name&gt;</c> and
    /// <c>/&lt;Path&gt;_&lt;operation name&gt;</c> both call it.</summary>
    public abstract IReadOnlyList<Operation> Operations { get; }

    /// <summary>
    /// The <see cref="Path"/>s of the resources that have to exist before this one can be created. "create all" follows
    /// this order, "delete all" its reverse.
    /// </summary>
    public virtual IReadOnlyList<string> DependsOn => [];

    /// <summary>
    /// What it costs to forget this resource there, in one sentence, such as <c>An active fleet is billed by the hour, with
    /// or without players.</c> "delete all" shows it beside what is left. Null where it costs nothing.
    /// </summary>
    public virtual string? CostOfKeeping => null;

    /// <summary>The last segment of <see cref="Path"/>.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
