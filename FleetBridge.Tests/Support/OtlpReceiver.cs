using System.Collections.Concurrent;
using System.Net;
using Amazon.Emulation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FleetBridge.Tests.Support;

/// <summary>
/// A collector on a free port that speaks OTLP over HTTP, as far as names and attributes go
/// (https://github.com/open-telemetry/opentelemetry-proto: trace.proto, metrics.proto, common.proto).
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(Func<Task>? before)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Requests.Enqueue((context.Request.Path, context.Request.Headers["x-test"].ToString()));
            if (before is not null)
            {
                await before();
            }

            Read(context.Request.Path, new ProtobufMessage(body.ToArray()));
        });
    }

    public string Address { get; private set; } = "";

    /// <summary>Path and header <c>x-test</c> of each request.</summary>
    public ConcurrentQueue<(string Path, string Header)> Requests { get; } = new();

    /// <summary>The resource's attributes, as they came last.</summary>
    public IReadOnlyDictionary<string, string> Resource { get; private set; } = new Dictionary<string, string>();

    /// <summary>Name and unit of each metric, with the attributes of each of its points.</summary>
    public ConcurrentQueue<(string Name, string Unit, IReadOnlyDictionary<string, string> Attributes)> Points { get; } = new();

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    /// <summary>Starts one.</summary>
    /// <param name="before">Awaited before each answer.</param>
    public static async Task<OtlpReceiver> StartAsync(Func<Task>? before = null)
    {
        var receiver = new OtlpReceiver(before);
        await receiver._app.StartAsync();
        receiver.Address = receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static Dictionary<string, string> Attributes(IEnumerable<ProtobufMessage> pairs) =>
        pairs.ToDictionary(pair => pair.Text(1), pair => pair.Messages(2).Single().Scalar());

    private void Read(string path, ProtobufMessage export)
    {
        foreach (var group in export.Messages(1))
        {
            Resource = Attributes(group.Messages(1).Single().Messages(1));
            foreach (var item in group.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                if (path == "/v1/traces")
                {
                    Spans.Enqueue(new ReceivedSpan(item.Hex(1), item.Hex(2), item.Hex(4), item.Text(5), Attributes(item.Messages(9))));
                }
                else
                {
                    ReadMetric(item);
                }
            }
        }
    }

    private void ReadMetric(ProtobufMessage metric)
    {
        // gauge 5, sum 7 and histogram 9; the points of the last have their attributes in another field
        foreach (var (kind, attributes) in new[] { (5, 7), (7, 7), (9, 9) })
        {
            foreach (var point in metric.Messages(kind).SelectMany(data => data.Messages(1)))
            {
                Points.Enqueue((metric.Text(1), metric.Text(3), Attributes(point.Messages(attributes))));
            }
        }
    }
}

/// <summary>A span as it came.</summary>
internal sealed record ReceivedSpan(
    string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes);
