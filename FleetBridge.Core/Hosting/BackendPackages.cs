using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Backends.Files;

namespace FleetBridge.Core.Hosting;

/// <summary>The packages that a backend's project uses, as its <c>.deps.json</c> lists them.</summary>
internal sealed class BackendPackages
{
    private readonly Dictionary<string, (string Version, IReadOnlyList<string> Needs)> _libraries = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _project;

    private BackendPackages(JsonObject target, string project)
    {
        _project = project;
        foreach (var (library, entry) in target)
        {
            if (library.Split('/') is [var name, var version])
            {
                _libraries[name] = (version, [.. (entry?["dependencies"] as JsonObject ?? []).Select(needed => needed.Key)]);
            }
        }
    }

    /// <summary>Reads the file.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Null where there is none that can be read.</returns>
    public static BackendPackages? TryRead(string path)
    {
        try
        {
            var root = File.Exists(path) ? JsonNode.Parse(UserFile.ReadAllBytes(path, UserFile.MostText)) : null;
            return root?["targets"] is JsonObject targets && targets.FirstOrDefault().Value is JsonObject target
                ? new BackendPackages(target, Path.GetFileName(path)[..^BackendFolder.DependenciesSuffix.Length])
                : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The package that the project itself names, and that brings another one.</summary>
    /// <param name="package">The other one; it may be the same.</param>
    /// <returns>Its name and the first number of its version; null where none brings it.</returns>
    public (string Name, int Major)? FindDirect(string package)
    {
        if (!_libraries.TryGetValue(_project, out var project))
        {
            return null;
        }

        foreach (var direct in project.Needs.OrderBy(name => !name.Equals(package, StringComparison.OrdinalIgnoreCase)))
        {
            if (Brings(direct, package, []) && _libraries.TryGetValue(direct, out var found)
                && int.TryParse(found.Version.Split('.')[0], out var major))
            {
                return (direct, major);
            }
        }

        return null;
    }

    private bool Brings(string from, string package, HashSet<string> seen) =>
        from.Equals(package, StringComparison.OrdinalIgnoreCase)
        || (seen.Add(from) && _libraries.TryGetValue(from, out var library) && library.Needs.Any(needed => Brings(needed, package, seen)));
}
