using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Link;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker.Uplink;

/// <summary>Makes a worker known to its host.</summary>
/// <param name="host">The host.</param>
/// <param name="identity">Who the worker is.</param>
/// <param name="apiUrl">Its private API.</param>
/// <param name="clock">The clock of every wait.</param>
/// <param name="logger">Logs each attempt that fails.</param>
internal sealed partial class WorkerRegistration(
    HostAddress host, WorkerIdentity identity, string apiUrl, TimeProvider clock, ILogger logger)
{
    /// <summary>How long a host that cannot be reached is tried.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The id of a new worker; null for one that the host chooses.</summary>
    public string? WantedId { get; init; }

    /// <summary>Registers it, and keeps what the host has given it.</summary>
    /// <param name="token">The join token that its user has given it; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>False if the host could not be reached for a minute, and the worker has registered before.</returns>
    /// <exception cref="UserException">The host refuses the worker, or could not be reached by a new one.</exception>
    public async Task<bool> RunAsync(string? token, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var backoff = new LinkBackoff(new LinkTimes(), Random.Shared.NextDouble);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryAsync(token, cancellation).ConfigureAwait(false);
                return true;
            }
            catch (RegistrationException exception) when (exception.IsFinal)
            {
                throw new UserException(ExitCode.InvalidSettings, exception.Message);
            }
            catch (RegistrationException exception)
            {
                LogNotReached(attempt == 1 ? LogLevel.Warning : LogLevel.Debug, VisibleText.Of(exception.Message));
                var wait = backoff.Next(exception.IsNobodyThere, retryAfter: null);
                if (clock.GetElapsedTime(begun) + wait < Limit)
                {
                    await Task.Delay(wait, clock, cancellation).ConfigureAwait(false);
                    continue;
                }

                return identity.Id is not null ? false : throw new UserException(
                    ExitCode.Unreachable, $"{exception.Message} It was tried for a minute. Start the host, or name its address with --host.");
            }
        }
    }

    private async Task TryAsync(string? token, CancellationToken cancellation)
    {
        using var registration = new HostRegistration(host, identity.Fingerprint);
        var id = identity.Id ?? WantedId ?? await registration.InviteAsync(cancellation).ConfigureAwait(false);
        await registration.RegisterAsync(id, identity.Secret, identity.Name!, apiUrl, token, cancellation).ConfigureAwait(false);
        if (registration.Fingerprint is { } fingerprint && identity.Fingerprint is null)
        {
            identity.Fingerprint = fingerprint;
            LogTrusted(fingerprint);
        }

        identity.Id = id;
        LogRegistered(VisibleText.Of(id), host.Http.OriginalString);
    }

    [LoggerMessage(Message = "{Reason} It is tried again.")]
    private partial void LogNotReached(LogLevel level, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered as worker {Worker} with the host {Host}.")]
    private partial void LogRegistered(string worker, string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "The host's certificate has the fingerprint {Fingerprint}, and is trusted from now on. 'fleetbridge host token' shows it on the host's machine.")]
    private partial void LogTrusted(string fingerprint);
}
