using FleetBridge.Backends;
using FleetBridge.Core.Hosting;

namespace FleetBridge.Core.Client;

/// <summary>What can be known of a backend through a bridge that was built before there was <c>/resources</c>.</summary>
internal static class OlderBridge
{
    /// <summary>
    /// The resources that the metadata has buttons for. Its components are in the order in which a deployment is created, so each
    /// resource counts as depending on all before it.
    /// </summary>
    /// <param name="metadata">The metadata.</param>
    /// <returns>The resources, with the operations that have a button.</returns>
    public static IReadOnlyList<ResourceOutline> ResourcesOf(BackendMetadata metadata)
    {
        var resources = new List<ResourceOutline>();
        var byPath = metadata.Components
            .SelectMany(component => component.Requests)
            .Select(request => Split(request.RequestPath))
            .Where(split => split.Resource.Length > 0)
            .GroupBy(split => split.Resource, split => split.Operation);
        foreach (var resource in byPath)
        {
            resources.Add(new ResourceOutline(
                resource.Key[(resource.Key.LastIndexOf('/') + 1)..],
                resource.Key,
                [.. resource],
                [.. resources.Select(earlier => earlier.Path)],
                CostOfKeeping: null));
        }

        return resources;
    }

    /// <summary>An operation's name has no underscore, so both spellings of a path are split in one way.</summary>
    private static (string Resource, string Operation) Split(string path)
    {
        var end = path.LastIndexOfAny(['/', '_']);
        return end < 0 ? ("", path) : (path[..end].Trim('/'), path[(end + 1)..]);
    }
}
