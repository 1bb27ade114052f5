using System.Diagnostics.CodeAnalysis;
using FleetBridge.Backends;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// From a request's segments to the operation: <c>&lt;resource&gt;/&lt;operation&gt;</c> and
/// <c>&lt;resource&gt;_&lt;operation&gt;</c> find the same.
/// </summary>
internal sealed class OperationTable
{
    /// <summary>A timer takes up to 49 days.</summary>
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(30);

    private readonly Dictionary<string, (Resource Resource, Operation Operation)> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Resource> _resources = new(StringComparer.Ordinal);

    private OperationTable()
    {
    }

    /// <summary>Every operation's path, in the first of the two spellings, in the backend's order.</summary>
    public IReadOnlyList<string> Paths { get; private init; } = [];

    /// <summary>The resources, each after those it depends on.</summary>
    public IReadOnlyList<Resource> InDependencyOrder { get; private init; } = [];

    /// <summary>Builds and checks it.</summary>
    /// <param name="resources">The backend's resources.</param>
    /// <param name="problems">Takes each thing that is wrong with them, as a sentence.</param>
    /// <returns>The table.</returns>
    public static OperationTable Build(IReadOnlyList<Resource> resources, List<string> problems)
    {
        var paths = new List<string>();
        var ordered = new List<Resource>();
        var table = new OperationTable { Paths = paths, InDependencyOrder = ordered };
        foreach (var resource in resources)
        {
            if (!IsPath(resource.Path))
            {
                problems.Add($"The resource path '{resource.Path}' contains an empty segment, a dot segment or a backslash.");
            }

            if (!table._resources.TryAdd(resource.Path, resource))
            {
                problems.Add($"Two resources have the path '{resource.Path}'.");
            }

            foreach (var operation in resource.Operations)
            {
                var path = $"{resource.Path}/{operation.Name}";
                paths.Add(path);
                if (operation.Name.Length == 0 || operation.Name.AsSpan().ContainsAny('_', '/', '\\'))
                {
                    problems.Add($"The operation name '{operation.Name}' of '{resource.Path}' is empty or has '_' or '/'.");
                }

                if (operation.Deadline is { } deadline && (deadline <= TimeSpan.Zero || deadline > LongestDeadline))
                {
                    problems.Add($"The deadline of '{path}' is {deadline}; it must be above zero and at most {LongestDeadline.Days} days.");
                }

                if (!table._byPath.TryAdd(path, (resource, operation))
                    | !table._byPath.TryAdd($"{resource.Path}_{operation.Name}", (resource, operation)))
                {
                    problems.Add($"Two operations have the path '{path}'.");
                }
            }
        }

        foreach (var resource in resources)
        {
            table.AddAfterDependencies(resource, ordered, [], problems);
        }

        return table;
    }

    /// <summary>Finds an operation.</summary>
    /// <param name="segments">The segments after the version.</param>
    /// <param name="resource">Its resource.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFind(
        IReadOnlyList<string> segments,
        [NotNullWhen(true)] out Resource? resource,
        [NotNullWhen(true)] out Operation? operation)
    {
        (resource, operation) = (null, null);

        // A decoded slash inside a segment must not walk into another one.
        if (segments.Any(segment => segment.Contains('/', StringComparison.Ordinal))
            || !_byPath.TryGetValue(string.Join('/', segments), out var found))
        {
            return false;
        }

        (resource, operation) = found;
        return true;
    }

    private static bool IsPath(string path) =>
        path.Split('/').All(segment => segment is not ("" or "." or "..") && !segment.Contains('\\', StringComparison.Ordinal));

    private void AddAfterDependencies(Resource resource, List<Resource> ordered, List<Resource> above, List<string> problems)
    {
        if (ordered.Contains(resource))
        {
            return;
        }

        if (above.Contains(resource))
        {
            problems.Add($"Resources depend on each other in a circle: {string.Join(" → ", above.Append(resource).Select(r => r.Name))}.");
            return;
        }

        foreach (var path in resource.DependsOn)
        {
            if (_resources.TryGetValue(path, out var dependency))
            {
                AddAfterDependencies(dependency, ordered, [.. above, resource], problems);
            }
            else
            {
                problems.Add($"'{resource.Path}' depends on '{path}', which does not exist.");
            }
        }

        if (!ordered.Contains(resource))
        {
            ordered.Add(resource);
        }
    }
}
