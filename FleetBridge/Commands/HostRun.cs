using System.Text.Json.Nodes;
using FleetBridge.Core.Client;
using FleetBridge.Core.Lifetime;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Host;
using FleetBridge.Fleet.Store;
using FleetBridge.Options;

namespace FleetBridge.Commands;

/// <summary>A host in this process, from its ports to its end.</summary>
internal static class HostRun
{
    /// <summary>Runs a host until it is asked to stop.</summary>
    /// <param name="choices">What it serves.</param>
    /// <param name="announce">Says that it is there, as soon as its ports and its log file are known.</param>
    /// <param name="begin">Begins what the command does beside it, once it has started; what it returns ends after the host.</param>
    /// <param name="cancellation">Ctrl-C and SIGTERM.</param>
    /// <exception cref="UserException">A port is taken, or the store cannot be used.</exception>
    public static async Task<int> RunAsync(
        HostChoices choices, Action<HostPorts, string?> announce, Func<RunningHost, Task<Task>> begin, CancellationToken cancellation)
    {
        if (choices.HttpPort == choices.TlsPort && choices.HttpPort != 0)
        {
            throw new UserException(ExitCode.Usage, $"--http-port and --tls-port are both {choices.HttpPort}; they must differ.");
        }

        using var hangup = new HangupHandler(cancellation);

        // First of all: a second host must not touch anything of the first.
        using var ports = await BindAsync(choices).ConfigureAwait(false);
        var claim = StoreClaim.Take(choices.Host.StoreFile);
        var announcing = Task.CompletedTask;
        await using var log = BridgeLog.Open(
            choices.Log, TimeProvider.System, file => announcing = Task.Run(() => announce(ports, file), CancellationToken.None));
        await using var host = await FleetHost.StartAsync(
            choices.Host with { Signals = hangup.Token }, ports, claim, log, TimeProvider.System).ConfigureAwait(false);
        await announcing.ConfigureAwait(false);
        try
        {
            var stopped = host.WaitForStopAsync();
            var beside = await begin(new RunningHost(host, log, hangup.Token)).ConfigureAwait(false);
            await stopped.ConfigureAwait(false);
            await beside.ConfigureAwait(false);
        }
        catch (FleetStoreException exception)
        {
            throw new UserException(ExitCode.Usage, exception.Message);
        }

        return (int)ExitCode.Success;
    }

    /// <summary>The line by which programs know a host.</summary>
    public static string AnnounceJson(HostPorts ports, string? logFile, FleetHostOptions options) => new JsonObject
    {
        ["name"] = ProgramInfo.Name,
        ["version"] = ProgramInfo.Version,
        ["http_port"] = ports.Http.Port,
        ["tls_port"] = ports.Tls.Port,
        ["pid"] = Environment.ProcessId,
        ["log_file"] = logFile,
        ["store"] = options.ShownStore,
    }.ToJsonString();

    private static async Task<HostPorts> BindAsync(HostChoices choices)
    {
        try
        {
            return HostPorts.Bind(choices.HttpPort, choices.TlsPort, choices.Host.Address, choices.Host.Listen);
        }
        catch (PortTakenException taken)
        {
            const string Remedy = "Use it, stop it, or choose other ports with --http-port and --tls-port.";
            var owner = await PortOwner.AskAsync(taken.EndPoint, isTls: taken.EndPoint.Port == choices.TlsPort).ConfigureAwait(false);
            var holder = owner is { Version: not null } ? owner.Description : ListeningProcess.Find(taken.EndPoint.Port)?.ToString() ?? owner?.Description;
            throw new UserException(ExitCode.PortTaken, $"{taken.Message} {(holder is null ? "" : $"It is {holder}. ")}{Remedy}");
        }
    }
}

/// <summary>A host that has started in this process.</summary>
/// <param name="Host">The host.</param>
/// <param name="Log">Its log.</param>
/// <param name="Stopping">Cancelled by Ctrl-C.</param>
internal sealed record RunningHost(FleetHost Host, BridgeLog Log, CancellationToken Stopping);
