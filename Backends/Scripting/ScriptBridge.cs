namespace FleetBridge.Backends.Scripting;

/// <summary>
/// Runs operations for a deployment script, of any installed backend, in this process or on a running bridge. It may be used
/// from many tasks in parallel.
/// </summary>
public abstract class ScriptBridge
{
    /// <summary>How long <see cref="WaitUntil(string, string, TimeSpan)"/> waits between two checks; 15 s unless set. The bridges of
    /// <see cref="On"/> and <see cref="With"/> inherit it.</summary>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The backend and its version, such as <c>aws/1</c>.</summary>
    public abstract string Backend { get; }

    /// <summary>The settings that every request carries.</summary>
    public abstract IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>The same bridge with another backend, such as <c>aws/1</c>.</summary>
    /// <param name="backend">The backend and its version.</param>
    /// <returns>A new bridge; this one does not change.</returns>
    public abstract ScriptBridge On(string backend);

    /// <summary>The same bridge with further settings, such as another region.</summary>
    /// <param name="settings">The settings; they take precedence over the existing ones.</param>
    /// <returns>A new bridge; this one does not change.</returns>
    public abstract ScriptBridge With(params (string Key, string Value)[] settings);

    /// <summary>The backend's resources.</summary>
    /// <returns>The resources in the order of creation: each after those it depends on. Reversed, it is the order of deletion.</returns>
    /// <exception cref="OperationCanceledException">The script was cancelled.</exception>
    public abstract Task<IReadOnlyList<ScriptResource>> Resources();

    /// <summary>Sends a request and waits for its response.</summary>
    /// <param name="path">Such as <c>deployment/fleet/check</c>.</param>
    /// <returns>The response, whatever its result.</returns>
    /// <exception cref="OperationCanceledException">The script was cancelled.</exception>
    public abstract Task<ScriptResponse> Request(string path);

    /// <summary>Checks whether a resource exists and is ready. If it is not, that is a response, not an exception.</summary>
    /// <param name="resource">Its name or path, such as <c>fleet</c>.</param>
    /// <returns>The response.</returns>
    public Task<ScriptResponse> Check(string resource) => Request(PathOf(resource, Operation.CheckName));

    /// <summary>Creates a resource, or completes it.</summary>
    /// <param name="resource">Its name or path.</param>
    /// <returns>The response.</returns>
    /// <exception cref="ScriptRequestException">It could not be created.</exception>
    public Task<ScriptResponse> Create(string resource) => Demand(PathOf(resource, Operation.CreateName));

    /// <summary>Deletes a resource; deleting one that does not exist succeeds.</summary>
    /// <param name="resource">Its name or path.</param>
    /// <returns>The response.</returns>
    /// <exception cref="ScriptRequestException">It could not be deleted.</exception>
    public Task<ScriptResponse> Delete(string resource) => Demand(PathOf(resource, Operation.DeleteName));

    /// <summary>Checks a resource repeatedly until it has a state.</summary>
    /// <param name="resource">Its name or path.</param>
    /// <param name="state">Such as <c>ACTIVE</c>; case does not matter.</param>
    /// <param name="deadline">For how long at most.</param>
    /// <returns>The response that reported the state.</returns>
    /// <exception cref="TimeoutException">It did not have the state in time; the message has the last one.</exception>
    public Task<ScriptResponse> WaitUntil(string resource, string state, TimeSpan deadline) => WaitUntil(
        resource, response => string.Equals(response.State, state, StringComparison.OrdinalIgnoreCase), deadline);

    /// <summary>Checks a resource repeatedly until a condition is true.</summary>
    /// <param name="resource">Its name or path.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="deadline">For how long at most.</param>
    /// <returns>The response for which the condition was true.</returns>
    /// <exception cref="TimeoutException">It was not true in time; the message has the last state.</exception>
    public abstract Task<ScriptResponse> WaitUntil(string resource, Func<ScriptResponse, bool> condition, TimeSpan deadline);

    /// <summary>The path of an operation on a resource.</summary>
    /// <param name="resource">Its name, as the command line takes it, or its path.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>Such as <c>deployment/fleet/check</c>.</returns>
    protected static string PathOf(string resource, string operation) =>
        resource.Contains('/', StringComparison.Ordinal) ? $"{resource}/{operation}" : $"deployment/{resource}/{operation}";

    private async Task<ScriptResponse> Demand(string path)
    {
        var response = await Request(path).ConfigureAwait(false);
        return response.Ok ? response : throw new ScriptRequestException(path, response);
    }
}
