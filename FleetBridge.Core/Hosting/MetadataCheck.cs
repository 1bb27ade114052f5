using FleetBridge.Backends;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Compares what the editor shows with what the backend can do: a button without an operation is found when the backend
/// is loaded, not when somebody presses it.
/// </summary>
internal static class MetadataCheck
{
    public static void Run(BackendMetadata metadata, OperationTable operations, List<string> problems)
    {
        foreach (var component in metadata.Components)
        {
            if (component.Requests.Count == 0)
            {
                problems.Add($"The metadata's component '{component.Name}' has no requests.");
            }

            for (var i = 0; i < component.Requests.Count; i++)
            {
                var path = component.Requests[i].RequestPath;
                var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
                if (!path.StartsWith('/') || !operations.TryFind(segments, out _, out var operation))
                {
                    problems.Add($"The metadata's RequestPath '{path}' of '{component.Name}' does not name an operation.");
                }
                else if (i == 0 && operation.Name != Operation.CheckName)
                {
                    problems.Add($"The first request of the metadata's component '{component.Name}' must be a check, because the "
                        + $"editor sends it after every other request; it is '{path}'.");
                }
            }
        }
    }
}
