using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>A backend for the page to show: a build, and a machine that needs it, both in memory and apart for each prefix.</summary>
internal static class StageBackend
{
    public const string Name = "stage/1";

    private const string Source = """
        using System.Collections.Concurrent;
        using FleetBridge.Backends;
        using Microsoft.Extensions.Logging;
        namespace Stage;
        public sealed class StageBackend : Backend
        {
            public override IReadOnlyList<Setting> Settings =>
                [new(Setting.PrefixKey, "Tells deployments apart.", "stage"), new("text", "What to say."), new("count", "How often.", "1"), new("first", "The first number.", "1")];
            public override BackendMetadata Metadata => new("A stage", "<Header>For tests</>\nTwo parts.", [Component("Build", "build"), Component("Machine", "machine")]);
            public override IReadOnlyList<Resource> Resources { get; } = [new Part("build", []), new Part("machine", ["deployment/build"]), new Voice()];
            private static MetadataComponent Component(string name, string path) => new(name, $"<Header>The {path}</>\nIt is made of nothing.",
                [new("Check", $"/deployment/{path}/check"), new("Create", $"/deployment/{path}/create"), new("Delete", $"/deployment/{path}/delete")]);
        }
        internal sealed class Part(string name, IReadOnlyList<string> needs) : Resource
        {
            private readonly ConcurrentDictionary<string, bool> _made = new();
            public override string Path => $"deployment/{name}";
            public override IReadOnlyList<string> DependsOn => needs;
            public override string? CostOfKeeping => $"A {name} costs nothing.";
            public override IReadOnlyList<Operation> Operations => [Operation.Check(Check), Operation.Create(Create), Operation.Delete(Delete)];
            private Task<BackendResult> Check(BackendContext context) => Task.FromResult(_made.ContainsKey(context.Settings["prefix"])
                ? BackendResult.Success(new() { ["State"] = "ACTIVE", ["Id"] = $"{name}-1" })
                : BackendResult.Failure($"There is no {name}.", details: new() { ["State"] = BackendResult.AbsentState }));
            private Task<BackendResult> Create(BackendContext context)
            {
                if (context.Settings["prefix"] == "broken")
                {
                    throw new BackendException($"The {name} broke.", "Read https://example.com/fix first.");
                }
                context.Progress.Report(new("Making", 0.5, $"half of the {name}"));
                context.Logger.LogInformation("Made the {Name}", name);
                _made[context.Settings["prefix"]] = true;
                return Task.FromResult(BackendResult.Success(new() { ["Id"] = $"{name}-1" }));
            }
            private Task<BackendResult> Delete(BackendContext context)
            {
                _made.TryRemove(context.Settings["prefix"], out _);
                return Task.FromResult(BackendResult.Success());
            }
        }
        internal sealed class Voice : Resource
        {
            public override string Path => "deployment/voice";
            public override IReadOnlyList<Operation> Operations => [new("say", OperationKind.Read, Say), new("warn", OperationKind.Read, Warn)];
            private static Task<BackendResult> Say(BackendContext context)
            {
                var (first, count) = (int.Parse(context.Settings["first"]), int.Parse(context.Settings["count"]));
                for (var number = first; number < first + count; number++)
                {
                    context.Logger.LogInformation("{Text} {Number}", context.Settings.Find("text"), number);
                }
                return Task.FromResult(BackendResult.Success());
            }
            private static Task<BackendResult> Warn(BackendContext context)
            {
                context.Logger.LogWarning("{Text}", context.Settings.Find("text"));
                return Task.FromResult(BackendResult.Success());
            }
        }
        """;

    private static readonly Lazy<byte[]> Image = new(() => BackendBuild.Compile("Stage", Source));

    /// <summary>Puts it into a folder of backends.</summary>
    public static void WriteTo(string root) => BackendBuild.Write(Path.Combine(root, "stage", "1"), Image.Value, "Stage.dll");
}
