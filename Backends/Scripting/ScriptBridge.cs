namespace FleetBridge.Backends.Scripting;

/// <summary>
/// Runs operations for a deployment script, of any installed backend, in this process or on a running bridge. It may be used
/// from many tasks at once.
/// </summary>
public abstract class ScriptBridge
{
    /// <summary>How long <see cref="WaitUntil(string, string, TimeSpan)"/> waits between two looks; 15 s unless set. Bridges made by
    /// <see cref="On"/> and <see cref="With"/> take it along.</summary>
    public TimeSpan LookInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The backend and its version, such as <c>aws/1</c>.</summary>
    public abstract string Backend { get; }

    /// <summary>The settings that every request carries.</summary>
    public abstract IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>The same bridge with another backend, such as <c>aws/1</c>.</summary>
    /// <param name="backend">The backend and its version.</param>
    /// <returns>It; this one stays as it is.</returns>
    public abstract ScriptBridge On(string backend);

    /// <summary>The same bridge with further settings, such as another region.</summary>
    /// <param name="settings">The settings; they come before those that it has.</param>
    /// <returns>It; this one stays as it is.</returns>
    public abstract ScriptBridge With(params (string Key, string Value)[] settings);

    /// <summary>The backend's resources, each after those it depends on.</summary>
    /// <returns>They, in the order in which a deployment is made; backwards, in which it is deleted.</returns>
    /// <exception cref="OperationCanceledException">The script was cancelled.</exception>
    public abstract Task<IReadOnlyList<ScriptResource>> Resources();

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="path">Such as <c>deployment/fleet/check</c>.</param>
    /// <returns>The answer, whatever it is.</returns>
    /// <exception cref="OperationCanceledException">The script was cancelled.</exception>
    public abstract Task<ScriptAnswer> Request(string path);

    /// <summary>Looks whether a resource is there and ready. That it is not is an answer, not an error.</summary>
    /// <param name="resource">Its name or path, such as <c>fleet</c>.</param>
    /// <returns>The answer.</returns>
    public Task<ScriptAnswer> Check(string resource) => Request(PathOf(resource, Operation.CheckName));

    /// <summary>Creates a resource, or completes it.</summary>
    /// <param name="resource">Its name or path.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ScriptRequestException">It could not be created.</exception>
    public Task<ScriptAnswer> Create(string resource) => Demand(PathOf(resource, Operation.CreateName));

    /// <summary>Deletes a resource; one that is not there is deleted already.</summary>
    /// <param name="resource">Its name or path.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ScriptRequestException">It could not be deleted.</exception>
    public Task<ScriptAnswer> Delete(string resource) => Demand(PathOf(resource, Operation.DeleteName));

    /// <summary>Checks a resource from time to time until it has a state.</summary>
    /// <param name="resource">Its name or path.</param>
    /// <param name="state">Such as <c>ACTIVE</c>; case does not matter.</param>
    /// <param name="deadline">For how long at most.</param>
    /// <returns>The answer that told the state.</returns>
    /// <exception cref="TimeoutException">It did not come to that in time; the message tells the last state.</exception>
    public Task<ScriptAnswer> WaitUntil(string resource, string state, TimeSpan deadline) => WaitUntil(
        resource, answer => string.Equals(answer.State, state, StringComparison.OrdinalIgnoreCase), deadline);

    /// <summary>Checks a resource from time to time until it is as it should be.</summary>
    /// <param name="resource">Its name or path.</param>
    /// <param name="condition">Tells whether it is.</param>
    /// <param name="deadline">For how long at most.</param>
    /// <returns>The answer for which the condition held.</returns>
    /// <exception cref="TimeoutException">It did not come to that in time; the message tells the last state.</exception>
    public abstract Task<ScriptAnswer> WaitUntil(string resource, Func<ScriptAnswer, bool> condition, TimeSpan deadline);

    /// <summary>The path of an operation on a resource.</summary>
    /// <param name="resource">Its name, as the command line takes it, or its path.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>Such as <c>deployment/fleet/check</c>.</returns>
    protected static string PathOf(string resource, string operation) =>
        resource.Contains('/', StringComparison.Ordinal) ? $"{resource}/{operation}" : $"deployment/{resource}/{operation}";

    private async Task<ScriptAnswer> Demand(string path)
    {
        var answer = await Request(path).ConfigureAwait(false);
        return answer.Ok ? answer : throw new ScriptRequestException(path, answer);
    }
}
