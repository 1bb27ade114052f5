using System.Net.Sockets;
using System.Security.Authentication;
using FleetBridge.Gateway.Mesh.RabbitMq;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace FleetBridge.Tests.Unit.Gateway.Mesh;

/// <summary>What the client's exceptions mean to a person: what happened, to whom, and what to do.</summary>
public sealed class MeshFaultTests
{
    private static readonly MeshAddress Address = MeshAddress.Read("amqps://ann@broker.example/studio", null, "hidden");

    public static readonly TheoryData<string, Exception, bool, string> Exceptions = new()
    {
        { "login", Unreachable(new AuthenticationFailureException("ACCESS_REFUSED")), true, "'ann'" },
        { "login later", Unreachable(new PossibleAuthenticationFailureException("closed", new IOException("end"))), true, "login" },
        { "certificate", Unreachable(new AuthenticationException("The certificate has expired.")), true, "certificate" },
        { "expired", Unreachable(new AuthenticationException("RemoteCertificateChainErrors, NotTimeValid")), true, "has expired" },
        { "right", Interrupted(403, "ACCESS_REFUSED - access to queue 'q' refused"), true, "queue 'q'" },
        { "name", Interrupted(405, "RESOURCE_LOCKED - exclusive queue"), true, "--mesh-name" },
        { "difference", Interrupted(406, "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'x'"), true, "inequivalent arg 'type'" },
        { "virtual host", Unreachable(Interrupted(530, "NOT_ALLOWED - vhost studio not found")), true, "vhost studio not found" },
        { "forced", Interrupted(320, "CONNECTION_FORCED - broker forced connection closure"), false, "CONNECTION_FORCED" },
        { "nobody", Unreachable(new ConnectFailureException("failed", new SocketException(111))), false, "cannot be reached" },
    };

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void Exception_is_a_sentence_that_names_the_broker(string name, Exception exception, bool isRefusal, string named)
    {
        var fault = MeshFault.Of(exception, Address);

        Assert.True(isRefusal == fault.IsRefusal, name);
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
        Assert.Contains("broker.example", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", fault.Message, StringComparison.Ordinal);
    }

    private static BrokerUnreachableException Unreachable(Exception inner) => new(inner);

    private static OperationInterruptedException Interrupted(ushort code, string text) =>
        new(new ShutdownEventArgs(ShutdownInitiator.Peer, code, text));
}
