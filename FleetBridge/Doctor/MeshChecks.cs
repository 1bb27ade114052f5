using FleetBridge.Gateway.Mesh.RabbitMq;

namespace FleetBridge.Doctor;

/// <summary>Checks the broker, and whether anybody takes the calls of the services that are known there.</summary>
internal static class MeshChecks
{
    /// <summary>So many calls of a service that has consumers may wait without a word.</summary>
    private const uint ManyWaiting = 1_000;

    /// <summary>So many rejected messages without a word: nobody empties these queues.</summary>
    private const uint ManyRejected = 1_000;

    /// <summary>Runs them.</summary>
    /// <param name="mesh">The mesh, whose services are looked at.</param>
    /// <param name="broker">The broker's address, without a password.</param>
    /// <param name="cancellation">Ends them.</param>
    public static async Task<IReadOnlyList<ReportedCheck>> RunAsync(RabbitMqMesh mesh, string broker, CancellationToken cancellation)
    {
        if (!mesh.IsConnected)
        {
            return [ReportedCheck.Failed(
                "mesh",
                mesh.Fault ?? $"There is no connection to the broker {broker} yet.",
                "Start the broker, or correct --mesh. It is tried again by itself.")];
        }

        List<ReportedCheck> checks =
        [
            mesh.IsBlocked
                ? ReportedCheck.Failed(
                    "mesh",
                    $"The broker {broker} takes no messages: it has no memory or disk left.",
                    "Free some; 'rabbitmq-diagnostics alarms' says what is missing.")
                : ReportedCheck.Ok("mesh", $"Connected to {broker}."),
        ];
        foreach (var service in mesh.Known.Select(one => one.Name).Append(MeshName.Bridge)
            .Distinct(StringComparer.Ordinal).Where(name => !MeshName.IsOneOfOurs(name)))
        {
            if (await mesh.QueueAsync(service, cancellation).ConfigureAwait(false) is { } queue)
            {
                checks.Add(Of(service, MeshProtocol.QueueOf(service), queue.Consumers, queue.Waiting));
            }
            else if (service != MeshName.Bridge)
            {
                checks.Add(ReportedCheck.Warning(
                    $"mesh service {service}",
                    $"There is no queue {MeshProtocol.QueueOf(service)}, or this user may not see it.",
                    "Start the service, or leave out its --mesh-service."));
            }

            if (await mesh.RejectedAsync(service, cancellation).ConfigureAwait(false) is > ManyRejected and var rejected)
            {
                checks.Add(ReportedCheck.Warning(
                    $"mesh service {service}",
                    $"The queue {MeshProtocol.RejectedOf(service)} holds {rejected} rejected messages, and nobody empties it.",
                    """Give it a limit: rabbitmqctl set_policy dl '^nuropb-.*-dl$' '{"max-length":1000}' --apply-to queues"""));
            }
        }

        return checks;
    }

    private static ReportedCheck Of(string service, string queue, uint consumers, uint waiting)
    {
        var name = $"mesh service {service}";
        return (consumers, waiting) switch
        {
            (0, 0) => ReportedCheck.Warning(
                name,
                $"The queue {queue} has no consumer: calls of {service} wait until they expire.",
                $"Start {service}, or delete the queue if it has gone for good."),
            (0, _) => ReportedCheck.Failed(
                name,
                $"The queue {queue} has no consumer, and {Calls(waiting)} in it until they expire.",
                $"Start {service}. A Python service may run and have stopped to listen: start it again. "
                + $"If it has gone for good: rabbitmqctl delete_queue {queue}"),
            (_, > ManyWaiting) => ReportedCheck.Warning(
                name,
                $"{Calls(waiting)} in the queue {queue}, which has {consumers} consumers.",
                $"Start more instances of {service}, or find out what keeps it."),
            _ => ReportedCheck.Ok(
                name, $"The queue {queue} has {(consumers == 1 ? "1 consumer" : $"{consumers} consumers")}, and {Calls(waiting)} in it."),
        };
    }

    private static string Calls(uint waiting) => waiting == 1 ? "1 call waits" : waiting == 0 ? "no call waits" : $"{waiting} calls wait";
}
