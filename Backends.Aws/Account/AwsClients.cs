using System.Collections.Concurrent;
using FleetBridge.Backends.Aws.Profiles;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>The clients of a generation of the backend: one set per profile and region, kept until the backend is disposed.</summary>
internal sealed partial class AwsClients : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string? Profile, string Region), ClientSet> _sets = [];

    private readonly Dictionary<string, ConcurrentDictionary<string, bool>> _said = [];

    // Requests may still use them; there are few, since only a change of the credential files or rejected credentials retire one.
    private readonly List<ClientSet> _retired = [];
    private readonly HashSet<string> _told = [];
    private string _fingerprint = "";
    private ProfileStore? _store;

    /// <summary>The clients for a profile and a region.</summary>
    /// <param name="profileName">The profile; null for the default one.</param>
    /// <param name="region">The region's name.</param>
    /// <param name="clock">The clock of waits for credentials.</param>
    /// <exception cref="BackendException">There is no such profile, or it is incomplete.</exception>
    public ClientSet For(string? profileName, string region, TimeProvider clock)
    {
        FirstCallWarmup.Begin();
        SdkProfiles.KeepAway();
        lock (_lock)
        {
            var store = Store();
            if (!_sets.TryGetValue((profileName, region), out var set))
            {
                var said = _said.GetValueOrDefault(profileName ?? "") ?? (_said[profileName ?? ""] = new(StringComparer.Ordinal));
                _sets[(profileName, region)] = set = new ClientSet(profileName, region, AwsEnvironment.Current, store, clock) { Said = said };
            }

            return set;
        }
    }

    /// <summary>The clients for the profile and the region of a request's settings.</summary>
    /// <exception cref="BackendException">There is no such profile, or it is incomplete.</exception>
    public ClientSet For(BackendContext context)
    {
        var set = For(context.Settings.Find(AwsSettings.ProfileName), RegionOf(context.Settings).Name, context.Clock);
        foreach (var oddity in set.Oddities.Where(IsNew))
        {
            LogOddity(context.Logger, oddity);
        }

        return set;
    }

    /// <summary>The region of a request: where its settings name none, AWS's own variables and the profile do.</summary>
    /// <exception cref="BackendException">What they name is no region, or there is no such profile.</exception>
    public RegionChoice RegionOf(Settings settings)
    {
        lock (_lock)
        {
            var store = Store();
            return RegionChoice.Of(
                settings.Find(AwsSettings.RegionName),
                AwsEnvironment.Current,
                () => CredentialSearch.ProfileOf(AwsEnvironment.Current, store, settings.Find(AwsSettings.ProfileName)));
        }
    }

    /// <summary>Whether this backend says something for the first time.</summary>
    public bool IsNew(string what)
    {
        lock (_lock)
        {
            return _told.Add(what);
        }
    }

    /// <summary>Calls AWS, and explains what the call throws, without secrets.</summary>
    /// <param name="set">The clients in use; retired when AWS rejects their credentials.</param>
    /// <param name="call">One call or many.</param>
    /// <param name="cancellation">The cancellation that <paramref name="call"/> observes.</param>
    /// <exception cref="BackendException">AWS rejected the call, or was not reached.</exception>
    public async Task<T> CallAsync<T>(ClientSet set, Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call().ConfigureAwait(false);
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
                throw set.Secrets.Redact(problem);
            }

            throw;
        }
    }

    /// <summary>The profiles, read again when a file has changed.</summary>
    private ProfileStore Store()
    {
        var fingerprint = ProfileStore.Fingerprint(AwsEnvironment.Current);
        if (_store is null || fingerprint != _fingerprint)
        {
            _retired.AddRange(_sets.Values);
            _sets.Clear();
            (_store, _fingerprint) = (ProfileStore.Load(AwsEnvironment.Current), fingerprint);
        }

        return _store;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Oddity}")]
    private static partial void LogOddity(ILogger logger, string oddity);

    /// <summary>Retires a set whose credentials AWS has rejected, so that the next request reads them again.</summary>
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
