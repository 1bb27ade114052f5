using FleetBridge.Backends;

namespace FleetBridge.Core.Hosting;

/// <summary>What a backend offers, in plain text: nothing of it keeps the backend in memory.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="Resources">Its resources, each after those it depends on.</param>
internal sealed record BackendOutline(IReadOnlyList<SettingOutline> Settings, IReadOnlyList<ResourceOutline> Resources);

/// <summary>A setting of a backend.</summary>
internal sealed record SettingOutline(string Key, string Description, string? Default)
{
    public static SettingOutline Of(Setting setting) => new(setting.Key, setting.Description, setting.Default);
}

/// <summary>A resource of a backend.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its path.</param>
/// <param name="Operations">The names of its operations.</param>
/// <param name="DependsOn">The paths of the resources that it depends on.</param>
/// <param name="CostOfKeeping">What it costs to leave it behind; null for nothing.</param>
internal sealed record ResourceOutline(
    string Name, string Path, IReadOnlyList<string> Operations, IReadOnlyList<string> DependsOn, string? CostOfKeeping)
{
    public static ResourceOutline Of(Resource resource) => new(
        resource.Name,
        resource.Path,
        [.. resource.Operations.Select(operation => operation.Name)],
        [.. resource.DependsOn],
        resource.CostOfKeeping);

    public bool Has(string operation) => Operations.Contains(operation);
}
