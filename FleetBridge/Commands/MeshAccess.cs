using System.CommandLine;
using System.Text.Json;
using FleetBridge.Core.Processes;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;
using FleetBridge.Options;
using FleetBridge.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Commands;

/// <summary>A command's way to the mesh: its options, the connection, and what a refusal ends with.</summary>
internal sealed class MeshAccess
{
    /// <summary>How long a call may take unless the user says otherwise.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    private readonly MeshOption _mesh = new();
    private readonly Option<string?> _token = TokenOptions.File("The file with the token for FleetBridge's own services, where there is no --mesh-key.");

    /// <param name="command">The command.</param>
    /// <param name="isRequired">Whether the command has no use without a broker.</param>
    public void AddTo(Command command, bool isRequired = true)
    {
        _mesh.AddTo(command, isRequired);
        command.Options.Add(_token);
    }

    /// <summary>Whether a broker was named.</summary>
    /// <exception cref="UserException">Options of the mesh without a broker.</exception>
    public bool IsNamed(ParseResult parsed) => _mesh.Read(parsed) is not null;

    /// <summary>Connects, and runs.</summary>
    /// <exception cref="UserException">The broker, or a service, has refused or does not respond.</exception>
    public Task<int> RunAsync(ParseResult parsed, Func<RabbitMqMesh, Task<ExitCode>> run, CancellationToken cancellation) =>
        RunAsync(parsed, lists: false, (mesh, _) => run(mesh), cancellation);

    /// <summary>Connects, and runs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="lists">Whether the services are asked to announce themselves, as soon as there is a connection.</param>
    /// <param name="run">Is given the mesh, and the broker's address without a password.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="UserException">The broker, or a service, has refused or does not respond.</exception>
    public async Task<int> RunAsync(
        ParseResult parsed, bool lists, Func<RabbitMqMesh, string, Task<ExitCode>> run, CancellationToken cancellation)
    {
        var token = TokenOptions.Read(parsed.GetValue(_token))?.Header.Parameter;
        await using var member = MeshMember.OfCaller(_mesh.Read(parsed)!, token, NullLogger.Instance, TimeProvider.System);
        if (lists)
        {
            // before the start: it listens when the first one announces itself
            member.Mesh.List();
        }

        member.Mesh.Start();
        try
        {
            await member.Mesh.ConnectedAsync(cancellation).WaitAsync(ConnectLimit, TimeProvider.System, cancellation).ConfigureAwait(false);
            return (int)await run(member.Mesh, member.Broker).ConfigureAwait(false);
        }
        catch (MeshRefusedException exception)
        {
            throw new UserException(ExitCode.MeshRefused, exception.Message);
        }
        catch (TimeoutException)
        {
            throw new UserException(ExitCode.Unreachable, member.Mesh.Fault ?? $"The broker does not respond within {ConnectLimit.TotalSeconds} s.");
        }
        catch (MeshException exception)
        {
            throw new UserException(CodeOf(exception.Error), $"{exception.Error.Description} ({exception.Error.Error})");
        }
    }

    /// <summary>A call of whoever sits here. With the key of the mesh everything is allowed: it is what decides.</summary>
    public static MeshCall CallOf(string service, string method, JsonElement parameters, TimeSpan ttl) => new()
    {
        Id = $"cli-{Guid.NewGuid():N}",
        Service = service,
        Method = method,
        Params = parameters,
        Caller = new Identity(Environment.UserName, Environment.UserName, Role.Admin),
        Ttl = ttl,
        Permit = static _ => { },
    };

    private static ExitCode CodeOf(WireError error) => error.Error switch
    {
        WireError.NotFound => ExitCode.NotFound,
        WireError.Timeout or WireError.StillRunning => ExitCode.TimedOut,
        WireError.Unavailable or WireError.Interrupted or WireError.Stopping => ExitCode.Unreachable,
        WireError.BadParams => ExitCode.InvalidSettings,
        _ => ExitCode.ResultFalse,
    };
}
