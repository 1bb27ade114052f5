using FleetBridge.Backends;

namespace FleetBridge.Gateway.Rights;

/// <summary>The role that each operation needs. It is looked up with an operation that was found, never with the text of a path.</summary>
internal static class RoleTable
{
    private static readonly Dictionary<string, Role> ByOperation = new(StringComparer.Ordinal)
    {
        [Operation.CheckName] = Role.Viewer,
        [Operation.WaitName] = Role.Viewer,
        [Operation.CreateName] = Role.Operator,
        [Operation.DeleteName] = Role.Admin,
        [Operation.BrowseName] = Role.Admin,
    };

    /// <summary>The role for an operation of a backend.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind; null where that is not known.</param>
    public static Role Of(string name, OperationKind? kind)
    {
        var byName = ByOperation.TryGetValue(name, out var role) ? role : Role.Viewer;
        var byKind = kind == OperationKind.Read || (kind is null && ByOperation.ContainsKey(name)) ? Role.Viewer : Role.Operator;
        return byName > byKind ? byName : byKind;
    }
}
