using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using FleetBridge.Backends;
using Microsoft.Extensions.DependencyInjection;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace AwsProbe;

/// <summary>A backend that uses, from copies of its own, the libraries that a backend is likely to use.</summary>
public sealed class AwsProbeBackend : Backend
{
    public override IReadOnlyList<Setting> Settings =>
    [
        new("endpoint", "Where the services are."),
        new("key", "The access key.", "good"),
        new("dispose", "Whether clients are disposed.", "yes"),
    ];

    public override BackendMetadata Metadata => new("AwsProbe", "For tests.",
        [new("Services", "They are asked.", [new("Check", "/deployment/services/check")])]);

    public override IReadOnlyList<Resource> Resources { get; } = [new Services()];
}

internal sealed class Services : Resource
{
    public override string Path => "deployment/services";

    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(_ => Task.FromResult(BackendResult.Success())),
        new("buckets", OperationKind.Read, ListBuckets),
        new("identity", OperationKind.Read, GetIdentity),
        new("json", OperationKind.Read, WriteJson),
        new("log", OperationKind.Read, LogPrivately),
        new("services", OperationKind.Read, ResolveServices),
    ];

    private static async Task<BackendResult> ListBuckets(BackendContext context)
    {
        var client = new AmazonS3Client(
            Credentials(context),
            Configured(new AmazonS3Config { ForcePathStyle = true }, context));
        try
        {
            var buckets = await client.ListBucketsAsync(context.Cancellation);
            return BackendResult.Success(new() { ["First"] = buckets.Buckets[0].BucketName });
        }
        finally
        {
            DisposeIfAsked(client, context);
        }
    }

    private static async Task<BackendResult> GetIdentity(BackendContext context)
    {
        var client = new AmazonSecurityTokenServiceClient(
            Credentials(context), Configured(new AmazonSecurityTokenServiceConfig(), context));
        try
        {
            var identity = await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), context.Cancellation);
            return BackendResult.Success(new() { ["Account"] = identity.Account });
        }
        finally
        {
            DisposeIfAsked(client, context);
        }
    }

    private static Task<BackendResult> WriteJson(BackendContext context)
    {
        var text = JsonSerializer.Serialize(new Note("written", [1, 2, 3]), NotesJson.Default.Note);
        return Task.FromResult(BackendResult.Success(new()
        {
            ["Text"] = JsonSerializer.Deserialize(text, NotesJson.Default.Note)!.Text,
        }));
    }

    private static Task<BackendResult> LogPrivately(BackendContext context)
    {
        var sink = new CountingSink();
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        logger.ForContext<Note>().Information("{@Note}", new Note("logged", []));
        return Task.FromResult(BackendResult.Success(new() { ["Count"] = sink.Count }));
    }

    private static Task<BackendResult> ResolveServices(BackendContext context)
    {
        using var provider = new ServiceCollection().AddSingleton<CountingSink>().AddTransient<Holder>().BuildServiceProvider();
        return Task.FromResult(BackendResult.Success(new()
        {
            ["Count"] = provider.GetRequiredService<Holder>().Sink.Count,
        }));
    }

    private static BasicAWSCredentials Credentials(BackendContext context) => new(context.Settings["key"], "secret");

    private static T Configured<T>(T config, BackendContext context)
        where T : ClientConfig
    {
        config.ServiceURL = context.Settings["endpoint"];
        config.AuthenticationRegion = "us-east-1";
        config.MaxErrorRetry = 0;
        return config;
    }

    private static void DisposeIfAsked(AmazonServiceClient client, BackendContext context)
    {
        if (context.Settings["dispose"] == "yes")
        {
            client.Dispose();
        }
    }
}

internal sealed record Note(string Text, IReadOnlyList<int> Numbers);

[JsonSerializable(typeof(Note))]
internal sealed partial class NotesJson : JsonSerializerContext;

internal sealed class CountingSink : ILogEventSink
{
    public int Count { get; private set; }

    public void Emit(LogEvent logEvent) => Count++;
}

internal sealed class Holder(CountingSink sink)
{
    public CountingSink Sink { get; } = sink;
}
