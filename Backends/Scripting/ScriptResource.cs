namespace FleetBridge.Backends.Scripting;

/// <summary>A resource of a backend, as a script sees it.</summary>
/// <param name="Name">Its name, such as <c>fleet</c>.</param>
/// <param name="Path">Its path, which every method that takes a resource takes, such as <c>deployment/fleet</c>.</param>
/// <param name="Operations">The names of its operations, such as <see cref="Operation.CheckName"/>.</param>
public sealed record ScriptResource(string Name, string Path, IReadOnlyList<string> Operations);
