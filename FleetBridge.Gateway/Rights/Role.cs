namespace FleetBridge.Gateway.Rights;

/// <summary>What a user may do; each role may do what those before it may.</summary>
internal enum Role
{
    /// <summary>Sees.</summary>
    Viewer,

    /// <summary>Runs and stops.</summary>
    Operator,

    /// <summary>Deletes, and hands out tokens.</summary>
    Admin,
}

/// <summary>Roles as people and tokens write them.</summary>
internal static class RoleNames
{
    public static readonly IReadOnlyList<string> All = ["viewer", "operator", "admin"];

    public static string NameOf(this Role role) => All[(int)role];

    /// <returns>Null for anything else.</returns>
    public static Role? Read(string? name) => name is not null && All.ToList().IndexOf(name) is >= 0 and var index ? (Role)index : null;
}
