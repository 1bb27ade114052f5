using FleetBridge.Core.Processes;

namespace FleetBridge.Core.Client;

/// <summary>A backend and its version as a user writes them: <c>aws/1</c>.</summary>
internal static class BackendAddress
{
    /// <summary>The backend of a command that names none.</summary>
    public const string Default = "aws/1";

    /// <summary>Splits a backend's address into name and version.</summary>
    /// <param name="text">Such as <c>aws/1</c>.</param>
    /// <returns>Both.</returns>
    /// <exception cref="UserException">It has another form.</exception>
    public static (string Name, string Version) Parse(string text) => text.Split('/') switch
    {
        [{ Length: > 0 } name, { Length: > 0 } version] => (name, version),
        _ => throw new UserException(ExitCode.Usage, $"'{text}' is not a backend and its version, such as {Default}."),
    };
}
