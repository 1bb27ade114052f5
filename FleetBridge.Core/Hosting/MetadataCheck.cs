using FleetBridge.Backends;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Holds what the editor shows against what the backend can do: a button that leads nowhere is found when the backend
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
                    problems.Add($"The metadata's RequestPath '{path}' of '{component.Name}' leads to no operation.");
                }
                else if (i == 0 && operation.Name != Operation.CheckName)
                {
                    problems.Add($"The first request of the metadata's component '{component.Name}' is '{path}'; it has to "
                        + "be a check, since the editor sends it after every other request.");
                }
            }
        }
    }
}
