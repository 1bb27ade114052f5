using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Security;
using FleetBridge.Core.State;
using FleetBridge.Doctor;
using FleetBridge.Gateway.Fleet;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Rights;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Serving;

/// <summary>This process on the mesh: its services, and the topics that it publishes there. Loaded only where a broker is named.</summary>
internal sealed class MeshMember : IHostedService, IAsyncDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly MeshOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;

    private MeshMember(MeshOptions options, ILogger logger, TimeProvider clock, string? journal = null)
    {
        (_logger, _clock) = (logger, clock);
        _options = journal is not null && OpenJournal(journal) is { } opened ? options with { Journal = Own(opened) } : options;
        Mesh = new RabbitMqMesh(_options, logger, clock);
    }

    /// <summary>The broker's address, without a password.</summary>
    public string Broker => _options.Address.ToString();

    /// <summary>The mesh.</summary>
    public RabbitMqMesh Mesh { get; }

    /// <summary>What this machine is called on it.</summary>
    public string Machine => _options.Machine;

    /// <summary>A bridge: <c>fleetbridge</c> and <c>fleetbridge.&lt;machine&gt;</c>.</summary>
    public static MeshMember OfBridge(MeshChoice choice, BridgeComposition bridge, ServingOptions serving, BridgeLog log, TimeProvider clock)
    {
        var jwt = serving.Jwt is { } accepted ? new JwtVerifier(accepted.ToOptions(), clock) : null;
        var member = new MeshMember(
            OptionsOf(choice, TokensOf(serving.Bridge.StateFolder, serving.Token, jwt, clock)), log.Loggers.CreateLogger<MeshMember>(), clock,
            JournalOf(serving.Bridge.StateFolder, MeshName.OneBridge, choice));
        if (jwt is not null)
        {
            member.Own(jwt);
        }

        var service = new BridgeService(new InProcessBridge(bridge), new GatewayDoctor(bridge, member, clock).RunAsync)
        {
            ProjectSettings = () => BridgeGateway.SettingsOf(serving, bridge),
        };
        member.Mesh.Serve(service, $"{MeshName.OneBridge}{member._options.Machine}", MeshName.Bridge);
        var forwarder = member.Own(new MeshForwarder(member.Mesh, member._options.Machine, clock));
        forwarder.Add(MeshTopics.Deployments, DeploymentTopic.Of(bridge.Requests.Events, GatewayServer.NewEpoch(), clock));
        forwarder.Add(log.Everything);
        return member;
    }

    /// <summary>A host: <c>fleet.&lt;machine&gt;</c>.</summary>
    public static MeshMember OfHost(MeshChoice choice, int port, string stateFolder, BridgeLog log, TimeProvider clock)
    {
        var member = new MeshMember(
            OptionsOf(choice, TokensOf(stateFolder, null, null, clock)), log.Loggers.CreateLogger<MeshMember>(), clock,
            JournalOf(stateFolder, MeshName.OneHost, choice));
        var host = member.Own(new FleetBridge.Gateway.Fleet.HostClient(new Uri($"http://127.0.0.1:{port}")));
        member.Mesh.Serve(new FleetService(host), $"{MeshName.OneHost}{member._options.Machine}");
        var forwarder = member.Own(new MeshForwarder(member.Mesh, member._options.Machine, clock));
        foreach (var topic in FleetTopics.Of(host, GatewayServer.NewEpoch(), clock))
        {
            member.Own(topic);
            forwarder.Add($"fleetbridge.{topic.Name}", topic);
        }

        forwarder.Add(log.Everything);
        return member;
    }

    /// <summary>A worker: <c>worker.&lt;machine&gt;</c>.</summary>
    /// <param name="choice">The broker.</param>
    /// <param name="port">The port of its private API.</param>
    /// <param name="tokenFile">The file with what that API asks for.</param>
    /// <param name="log">Its log.</param>
    /// <param name="clock">The clock.</param>
    public static MeshMember OfWorker(MeshChoice choice, int port, string tokenFile, BridgeLog log, TimeProvider clock)
    {
        var member = new MeshMember(OptionsOf(choice, TokensOf(StateFolder.Locate(), null, null, clock)), log.Loggers.CreateLogger<MeshMember>(), clock);
        var worker = member.Own(new FleetBridge.Gateway.Fleet.HostClient(new Uri($"http://127.0.0.1:{port}"), TokenFile.Read(tokenFile))
        {
            Kind = "worker",
            Remedy = "See its log.",
        });
        member.Mesh.Serve(new WorkerService(worker), $"{MeshName.OneWorker}{member._options.Machine}");
        member.Own(new MeshForwarder(member.Mesh, member._options.Machine, clock)).Add(log.Everything);
        return member;
    }

    /// <summary>A gateway or a command: it has no services.</summary>
    public static MeshMember OfCaller(MeshChoice choice, string? token, ILogger logger, TimeProvider clock) =>
        new(OptionsOf(choice, null) with { Token = token }, logger, clock);

    /// <summary>Finds out early whether the choice can be used.</summary>
    /// <exception cref="Core.Processes.UserException">It cannot.</exception>
    public static void Check(MeshChoice choice) => OptionsOf(choice, null);

    /// <summary>Checks the broker and the services that are known there.</summary>
    public Task<IReadOnlyList<ReportedCheck>> CheckAsync(CancellationToken cancellation) => MeshChecks.RunAsync(Mesh, Broker, cancellation);

    /// <summary>The mesh's topics for the consumers of a gateway.</summary>
    public IReadOnlyList<MeshTopic> Topics(string epoch)
    {
        // its consumers ask what there is
        Mesh.List();
        return [.. MeshTopics.All.Concat(_options.Topics).Distinct(StringComparer.Ordinal).Select(name => new MeshTopic(name, epoch, Mesh, _clock))];
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_options.Address.HasVisiblePassword)
        {
            MeshLog.VisiblePassword(_logger, MeshAddress.PasswordVariable);
        }

        if (_options.Key is null)
        {
            MeshLog.NoKey(_logger);
        }

        Mesh.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync().ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            owned.Dispose();
        }

        _owned.Clear();
        await Mesh.DisposeAsync().ConfigureAwait(false);
    }

    private static MeshOptions OptionsOf(MeshChoice choice, TokenVerifier? tokens) => new()
    {
        Address = MeshAddress.Read(choice.Url, choice.PasswordFile, PasswordOfEnvironment()),
        Machine = MeshName.Read(choice.Name),
        Key = choice.KeyFile is null ? null : MeshKey.Read(choice.KeyFile),
        Known = choice.Services,
        Topics = choice.Topics,
        Rights = choice.RightsFile is null ? MeshRights.Default : MeshRights.Read(choice.RightsFile),
        Tokens = tokens,
    };

    private static string JournalOf(string stateFolder, string prefix, MeshChoice choice) =>
        Path.Combine(stateFolder, "mesh", $"{prefix}{MeshName.Read(choice.Name)}.outcomes");

    private OutcomeJournal? OpenJournal(string path)
    {
        try
        {
            return OutcomeJournal.Open(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            MeshLog.NoJournal(_logger, path, exception.Message.TrimEnd('.'));
            return null;
        }
    }

    private static string? PasswordOfEnvironment() => Environment.GetEnvironmentVariable(MeshAddress.PasswordVariable) is { Length: > 0 } value ? value : null;

    private static TokenVerifier TokensOf(string stateFolder, AccessToken? own, JwtVerifier? jwt, TimeProvider clock) =>
        new(new LocalTokens(stateFolder, clock), own, jwt, clock);

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}

/// <summary>What a member of the mesh logs.</summary>
internal static partial class MeshLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The broker's password is in --mesh, where other programs of this machine can read it. Put it into {Variable} or --mesh-password-file.")]
    public static partial void VisiblePassword(ILogger logger, string variable);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The outcomes of changes are kept only as long as this process lives: {Path} cannot be used: {Reason}.")]
    public static partial void NoJournal(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no --mesh-key: calls between processes of FleetBridge need a token of each machine.")]
    public static partial void NoKey(ILogger logger);
}
