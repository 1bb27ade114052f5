using System.Diagnostics;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace FleetBridge.Tests.Functional.Gateway.Mesh;

/// <summary>One broker and one pair of Python peers for all tests of the mesh, which take turns.</summary>
[CollectionDefinition(Name)]
public sealed class MeshCollection : ICollectionFixture<MeshFixture>
{
    public const string Name = "mesh";
}

/// <summary>The broker and the peers, started with the first test that needs them.</summary>
public sealed class MeshFixture : IAsyncDisposable
{
    /// <summary>The peer's service.</summary>
    internal const string Orders = "orders";

    private readonly SemaphoreSlim _gate = new(1);
    private RabbitBroker? _broker;
    private Process? _service;
    private Process? _client;

    /// <summary>The broker, running.</summary>
    internal RabbitBroker Broker => _broker!;

    /// <summary>Skips the test where the machine lacks something, and makes sure that the broker runs.</summary>
    internal async Task RequireAsync()
    {
        RabbitBroker.Require();
        await _gate.WaitAsync();
        try
        {
            _broker ??= await RabbitBroker.StartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes sure that the peer's service runs.</summary>
    internal async Task ServiceAsync()
    {
        if (_service is not { HasExited: false })
        {
            _service = await RabbitBroker.StartPeerAsync("service", Broker.Url(), Orders);
        }
    }

    /// <summary>Lets the peer's client call something.</summary>
    internal async Task<JsonObject> AskAsync(JsonObject asked)
    {
        if (_client is not { HasExited: false })
        {
            _client = await RabbitBroker.StartPeerAsync("client", Broker.Url());
        }

        await _client.StandardInput.WriteLineAsync(asked.ToJsonString());
        await _client.StandardInput.FlushAsync();
        return JsonNode.Parse((await _client.StandardOutput.ReadLineAsync())!)!.AsObject();
    }

    /// <summary>Makes the queue of a service that does not run, with a call in it.</summary>
    internal async Task DesertAsync(string service)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(Broker.Url()) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), TestContext.Current.CancellationToken);
        await MeshTopology.DeclareExchangesAsync(connection, TestContext.Current.CancellationToken);
        await MeshTopology.DeclareSharedAsync(channel, service, TestContext.Current.CancellationToken);
        await channel.BasicPublishAsync(MeshProtocol.RpcExchange, service, mandatory: true, "{}"u8.ToArray(), TestContext.Current.CancellationToken);
    }

    /// <summary>A member of the mesh, connected.</summary>
    internal async Task<RabbitMqMesh> JoinAsync(string machine, EchoService? service = null, MeshKey? key = null, string vhost = "mesh")
    {
        var mesh = Member(machine, service, key, vhost);
        if (service is null)
        {
            mesh.List();
        }

        mesh.Start();
        await mesh.ConnectedAsync(TestContext.Current.CancellationToken);
        return mesh;
    }

    /// <summary>A member of the mesh that has not begun to connect.</summary>
    internal RabbitMqMesh Member(
        string machine, EchoService? service = null, MeshKey? key = null, string vhost = "mesh", string password = "test", ILogger? logger = null,
        Func<MeshOptions, MeshOptions>? change = null)
    {
        var options = new MeshOptions { Address = MeshAddress.Read(Broker.Url(vhost, password: password), null, null), Machine = machine, Key = key };
        var mesh = new RabbitMqMesh(
            change?.Invoke(options) ?? options,
            logger ?? NullLogger.Instance,
            TimeProvider.System);
        if (service is not null)
        {
            mesh.Serve(service, $"{MeshName.OneBridge}{machine}", MeshName.Bridge);
        }

        return mesh;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in new[] { _service, _client })
        {
            if (peer is not null)
            {
                peer.Kill();
                await peer.WaitForExitAsync();
                peer.Dispose();
            }
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _gate.Dispose();
    }
}
