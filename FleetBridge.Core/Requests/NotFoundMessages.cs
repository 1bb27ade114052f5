using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Security;

namespace FleetBridge.Core.Requests;

/// <summary>The messages for a request that names something that does not exist or cannot be loaded: each says what exists.</summary>
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

    public static string NotLoaded(InstalledBackend backend) =>
        $"The backend {backend.Title} cannot be loaded: {backend.Status.Problem ?? "it is still being written or compiled."}";

    public static string NoPath(string title, IEnumerable<string> offered) =>
        $"The path after {title} is missing. It has: {Paths(offered)}.";

    public static string Path(
        BackendRequest request, string title, IReadOnlyList<Resource> resources, IEnumerable<string> offered)
    {
        var resource = resources.FirstOrDefault(resource =>
            request.Path == resource.Path || request.Path.StartsWith(resource.Path + "/", StringComparison.Ordinal)
            || request.Path.StartsWith(resource.Path + "_", StringComparison.Ordinal));
        return resource is null
            ? $"{title} has no '/{ShortText.Of(request.Path)}'. It has: {Paths(offered)}."
            : $"{title} has no '/{ShortText.Of(request.Path)}'. The operations of {resource.Name} are: "
                + $"{string.Join(", ", resource.Operations.Select(operation => operation.Name))}.";
    }

    private static string Paths(IEnumerable<string> paths) => string.Join(", ", paths.Select(path => "/" + path));

    private static string Title(BackendStatus backend)
    {
        var aliases = backend.Aliases.Count == 0 ? "" : $" (also {string.Join(", ", backend.Aliases)})";
        var problem = backend.State == BackendState.Failed ? " (failed to load)" : "";
        return $"{backend.Name}/{backend.Version}{aliases}{problem}";
    }
}
