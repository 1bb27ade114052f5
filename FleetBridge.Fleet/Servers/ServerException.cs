namespace FleetBridge.Fleet.Servers;

/// <summary>Something about a server, a worker or a command that the caller can correct.</summary>
/// <param name="code">A name for programs in snake case, such as <c>invalid_game_id</c>.</param>
/// <param name="message">What is wrong, and what to do: one sentence or two.</param>
internal sealed class ServerException(string code, string message) : Exception(message)
{
    /// <summary>The name for programs.</summary>
    public string Code { get; } = code;

    /// <summary>Each thing that is wrong, when there may be several.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; init; } = [];
}
