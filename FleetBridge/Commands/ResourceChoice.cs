using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;

namespace FleetBridge.Commands;

/// <summary>The resources that a command line names for an operation.</summary>
internal static class ResourceChoice
{
    /// <summary>The name that chooses every resource.</summary>
    public const string All = "all";

    /// <summary>The named resources that have the operation, each after those that it depends on.</summary>
    /// <exception cref="UserException">A named resource does not exist, or does not have the operation.</exception>
    public static IReadOnlyList<ResourceOutline> Of(BackendOutline outline, IReadOnlyList<string> names, string operation)
    {
        var able = outline.Resources.Where(resource => resource.Has(operation)).ToList();
        foreach (var name in names.Where(name => name != All && !able.Exists(resource => resource.Name == name)))
        {
            var problem = outline.Resources.Any(resource => resource.Name == name)
                ? $"{name} has no {operation}"
                : $"There is no resource {name}";
            throw new UserException(
                ExitCode.NotFound, $"{problem}. Resources with {operation}: {string.Join(", ", able.Select(resource => resource.Name))}.");
        }

        return names.Contains(All) ? able : [.. able.Where(resource => names.Contains(resource.Name))];
    }

    /// <summary>What can be named for the operation, for completion.</summary>
    public static IEnumerable<string> Names(BackendOutline? outline, string operation) => outline is null
        ? []
        : outline.Resources.Where(resource => resource.Has(operation)).Select(resource => resource.Name).Append(All);
}
