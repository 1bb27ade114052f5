namespace FleetBridge.Serving;

/// <summary>How a process takes part in the mesh, as the command line says it: nothing of the gateway is loaded for it.</summary>
/// <param name="Url">The broker, with the user.</param>
/// <param name="Name">This machine's name there; null for its host name.</param>
/// <param name="PasswordFile">The file with the broker's password; null for the environment variable.</param>
/// <param name="KeyFile">The file with the key that ours share; null for none.</param>
/// <param name="Services">Others' services.</param>
/// <param name="Topics">Others' topics.</param>
/// <param name="RightsFile">The file with the roles that others' methods need; null for none.</param>
internal sealed record MeshChoice(
    string Url, string? Name, string? PasswordFile, string? KeyFile, IReadOnlyList<string> Services, IReadOnlyList<string> Topics, string? RightsFile);
