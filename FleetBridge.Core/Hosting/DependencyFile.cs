using System.Text.Json;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Contract;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// The <c>.deps.json</c> that a build writes. The runtime's own reader (hostpolicy, deps_format.cpp) takes its shape for
/// granted and ends the process when a member is missing, so it is checked before the runtime sees it.
/// </summary>
internal static class DependencyFile
{
    private static readonly string[] AssetKinds = ["runtime", "native", "resources", "runtimeTargets"];

    /// <summary>Checks the file, where there is one.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="BackendLoadException">No build wrote it like that, or not to its end.</exception>
    public static void Check(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            using var json = JsonDocument.Parse(UserFile.ReadAllBytes(path, UserFile.MostText));
            if (FindProblem(json.RootElement) is { } problem)
            {
                throw Broken(path, problem);
            }
        }
        catch (JsonException exception)
        {
            throw Broken(path, $"line {exception.LineNumber + 1}: {exception.Message}");
        }
    }

    private static BackendLoadException Broken(string path, string problem) => new(
        $"{Path.GetFileName(path)} cannot be read ({problem}). Build the backend again, or delete the file if the folder "
        + "contains one assembly only.");

    private static string? FindProblem(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || NameOfTarget(root) is not { } name)
        {
            return "it has no runtimeTarget";
        }

        if (!TryGetObject(root, "targets", out var targets) || !TryGetObject(targets, name, out var target))
        {
            return $"it has no target '{name}'";
        }

        if (!TryGetObject(root, "libraries", out var libraries))
        {
            return "it has no libraries";
        }

        foreach (var library in libraries.EnumerateObject())
        {
            if (!IsText(library.Value, "type") || !IsText(library.Value, "sha512"))
            {
                return $"its library '{library.Name}' has no type or no sha512";
            }
        }

        foreach (var package in target.EnumerateObject())
        {
            if (package.Value.ValueKind != JsonValueKind.Object || !AssetKinds.All(kind => AreAssets(package.Value, kind)))
            {
                return $"its assets of '{package.Name}' are not objects";
            }
        }

        return null;
    }

    private static string? NameOfTarget(JsonElement root) => root.TryGetProperty("runtimeTarget", out var target)
        ? target switch
        {
            { ValueKind: JsonValueKind.String } => target.GetString(),
            { ValueKind: JsonValueKind.Object } when IsText(target, "name") => target.GetProperty("name").GetString(),
            _ => null,
        }
        : null;

    private static bool AreAssets(JsonElement package, string kind) =>
        !package.TryGetProperty(kind, out var assets)
        || (assets.ValueKind == JsonValueKind.Object
            && assets.EnumerateObject().All(asset => asset.Value.ValueKind == JsonValueKind.Object
                && asset.Value.EnumerateObject().All(property => property.Value.ValueKind == JsonValueKind.String)));

    private static bool TryGetObject(JsonElement parent, string name, out JsonElement value) =>
        parent.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;

    private static bool IsText(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;
}
