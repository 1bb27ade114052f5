using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Requests;

/// <summary>The sentences for a request that names something that is not there: each says what there is.</summary>
internal static class NotFoundMessages
{
    public static string Backend(BackendRequest request, IReadOnlyList<BackendStatus> installed)
    {
        var versions = installed
            .Where(backend => backend.Name == request.Backend || backend.Aliases.Contains(request.Backend))
            .Select(backend => backend.Version)
            .ToList();
        if (versions.Count > 0)
        {
            return $"The backend '{request.Backend}' has no version '{ShortText.Of(request.Version)}'. "
                + $"Installed: {string.Join(", ", versions)}.";
        }

        return installed.Count == 0
            ? $"There is no backend '{ShortText.Of(request.Backend)}': none is installed."
            : $"There is no backend '{ShortText.Of(request.Backend)}'. Installed: {Installed(installed)}.";
    }

    public static string Installed(IReadOnlyList<BackendStatus> installed) =>
        installed.Count == 0 ? "none" : string.Join(", ", installed.Select(Title));

    public static string NoPath(string title, OperationTable operations) =>
        $"The request path after {title} is missing. There is: {Paths(operations)}.";

    public static string Path(BackendRequest request, string title, OperationTable operations)
    {
        var resources = operations.InDependencyOrder;
        var resource = resources.FirstOrDefault(resource =>
            request.Path == resource.Path || request.Path.StartsWith(resource.Path + "/", StringComparison.Ordinal)
            || request.Path.StartsWith(resource.Path + "_", StringComparison.Ordinal));
        return resource is null
            ? $"{title} has no '/{ShortText.Of(request.Path)}'. There is: {Paths(operations)}."
            : $"{title} has no '/{ShortText.Of(request.Path)}'. The operations of {resource.Name} are: "
                + $"{string.Join(", ", resource.Operations.Select(operation => operation.Name))}.";
    }

    private static string Paths(OperationTable operations) =>
        string.Join(", ", RequestRunner.OwnPaths.Concat(operations.Paths).Select(path => "/" + path));

    private static string Title(BackendStatus backend)
    {
        var aliases = backend.Aliases.Count == 0 ? "" : $" (also {string.Join(", ", backend.Aliases)})";
        var problem = backend.State == BackendState.Failed ? " (failed to load)" : "";
        return $"{backend.Name}/{backend.Version}{aliases}{problem}";
    }
}
