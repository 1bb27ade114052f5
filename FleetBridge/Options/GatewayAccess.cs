using FleetBridge.Core.Processes;
using FleetBridge.Core.State;
using FleetBridge.Gateway.Client;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Options;

/// <summary>
/// How a command uses a gateway: with the token of a file, or on this machine with one that it makes for itself, since whoever can
/// write this user's state folder may do so.
/// </summary>
/// <param name="address">The gateway.</param>
/// <param name="tokenFile">The file with a token; null for none.</param>
/// <param name="fingerprint">The fingerprint of its certificate; null for one that the system trusts.</param>
/// <param name="role">The role that the command needs.</param>
internal sealed class GatewayAccess(Uri address, string? tokenFile, string? fingerprint, Role role) : IDisposable
{
    private readonly ProcessToken _own = new(
        new LocalTokens(StateFolder.Locate(), TimeProvider.System), $"{Environment.UserName} (command line)", role, TimeProvider.System);

    /// <summary>Connects.</summary>
    /// <param name="retriesFirst">Whether a gateway that is not there is waited for.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="UserException">The gateway is not there, or refuses.</exception>
    public async Task<GatewayClient> ConnectAsync(bool retriesFirst, CancellationToken cancellation)
    {
        // what is wrong with the token is told as it is, before anything is tried
        _ = Token();
        try
        {
            return await GatewayClient.ConnectAsync(
                new GatewayClientOptions
                {
                    Address = address,
                    Token = _ => ValueTask.FromResult(Token()),
                    Fingerprint = fingerprint,
                    RetriesFirst = retriesFirst,
                },
                cancellation).ConfigureAwait(false);
        }
        catch (GatewayException exception)
        {
            throw new UserException(ExitCode.Unreachable, exception.Message);
        }
    }

    /// <summary>Revokes the token that it has made.</summary>
    public void Dispose() => _own.Dispose();

    /// <summary>The token.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public string Token()
    {
        if (tokenFile is not null)
        {
            return TokenOptions.Read(tokenFile)!.Header.Parameter!;
        }

        if (!address.IsLoopback)
        {
            throw new UserException(
                ExitCode.Usage, $"The gateway at {address} is on another machine: make a token there with 'fleetbridge token new', and name its file with --token-file.");
        }

        try
        {
            return _own.Text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.Usage, $"No token for the gateway could be made: {exception.Message.TrimEnd('.')}. Name one with --token-file.");
        }
    }
}
