namespace FleetBridge.Backends.Aws.Account;

/// <summary>The clients of a generation: one set per profile and region, made once and kept until the backend ends.
/// </summary>
internal sealed class AwsClients : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string? Profile, string Region), ClientSet> _sets = [];

    // Requests may still use them; there are few, since only a change of the credentials' files or a refusal makes one.
    private readonly List<ClientSet> _retired = [];
    private string _stamp = "";

    /// <summary>The clients for a profile and a region.</summary>
    /// <param name="profileName">The profile; null for the default one.</param>
    /// <param name="region">The region's name.</param>
    /// <param name="clock">The clock of waits for credentials, the bridge's own.</param>
    /// <exception cref="BackendException">There is no such profile, or it is not complete.</exception>
    public ClientSet For(string? profileName, string region, TimeProvider clock)
    {
        FirstCallWarmup.Begin();
        var stamp = CredentialFiles.Stamp();
        lock (_lock)
        {
            if (stamp != _stamp)
            {
                _retired.AddRange(_sets.Values);
                _sets.Clear();
                _stamp = stamp;
            }

            if (!_sets.TryGetValue((profileName, region), out var set))
            {
                _sets[(profileName, region)] = set = new ClientSet(profileName, region, clock);
            }

            return set;
        }
    }

    /// <summary>The clients that a request's settings ask for.</summary>
    /// <param name="context">The request.</param>
    /// <exception cref="BackendException">There is no such profile, or it is not complete.</exception>
    public ClientSet For(BackendContext context) => For(
        context.Settings.Find(AwsSettings.ProfileName), context.Settings[AwsSettings.RegionName], context.Clock);

    /// <summary>Asks AWS, and turns what it throws into words, without secrets.</summary>
    /// <param name="set">The clients that are asked; out of use once AWS has refused their credentials.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="cancellation">What <paramref name="ask"/> ends with.</param>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <exception cref="BackendException">AWS refused, or was not reached.</exception>
    public async Task<T> AskAsync<T>(ClientSet set, Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            if (AwsProblem.IsAboutCredentials(exception))
            {
                Retire(set);
            }

            if ((exception as BackendException ?? AwsProblem.Explain(exception, set)) is { } problem)
            {
                throw set.Secrets.Hide(problem);
            }

            throw;
        }
    }

    /// <summary>Takes a set out of use whose credentials AWS has refused, so that the next request reads them anew.
    /// </summary>
    /// <param name="set">The set.</param>
    private void Retire(ClientSet set)
    {
        lock (_lock)
        {
            foreach (var key in _sets.Where(pair => pair.Value == set).Select(pair => pair.Key).ToList())
            {
                _sets.Remove(key);
                _retired.Add(set);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var set in _sets.Values.Concat(_retired))
            {
                set.Dispose();
            }

            _sets.Clear();
            _retired.Clear();
        }
    }
}
