using System.Text.Json.Nodes;
using FleetBridge.Backends;
using Microsoft.Extensions.Logging;

namespace House;

/// <summary>
/// A deployment of parts that depend on each other, one of which settles by itself. It is in a folder of the test's, so
/// that it outlives the process, and tells there what is done with it and when.
/// </summary>
public sealed class HouseBackend : Backend
{
    public override IReadOnlyList<Setting> Settings =>
    [
        new(Setting.PrefixKey, "Tells houses apart.", "h"),
        new("profile_name", "Whose house it is."),
        new("folder", "Where it stands."),
        new("hold", "Operations that wait for a file <part>-<operation>.go, such as wall-create door-create."),
        new("fail", "Operations that fail."),
        new("report", "Operations that report progress."),
    ];

    // only what the editor would show: wait has no button
    public override BackendMetadata Metadata => new("House", "For tests.",
        [new("Wall", "A part.", [new("Check", "/house/wall/check"), new("Create", "/house/wall/create")])]);

    public override IReadOnlyList<Resource> Resources { get; } =
    [
        new Part("roof", "house/wall", "house/door") { Leaves = "log group roof: 0.03 USD a month" },
        new Part("ground"),
        new Part("wall", "house/ground") { Settles = true, Cost = "A wall is billed by the hour." },
        new Part("door", "house/ground"),
        new Part("garden"),
    ];
}

internal sealed class Part(string name, params string[] dependsOn) : Resource
{
    private static readonly Lock Journal = new();

    public bool Settles { get; init; }

    public string? Cost { get; init; }

    public string? Leaves { get; init; }

    public override string Path => $"house/{name}";

    public override IReadOnlyList<string> DependsOn => dependsOn;

    public override string? CostOfKeeping => Cost;

    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(context => RunAsync(context, "check", Check)),
        Operation.Create(context => RunAsync(context, "create", _ => Become(context, Settles ? "ACTIVATING" : "ACTIVE"))),
        Operation.Delete(context => RunAsync(context, "delete", Delete)),
        .. Settles ? [Operation.Wait(context => RunAsync(context, "wait", Check))] : Array.Empty<Operation>(),
    ];

    private async Task<BackendResult> RunAsync(BackendContext context, string operation, Func<BackendContext, BackendResult> work)
    {
        var call = $"{name}-{operation}";
        Note(context, $"begin {call}");
        context.Logger.LogInformation("Doing {Call}", call);
        try
        {
            if (Names(context, "report", call))
            {
                context.Progress.Report(new OperationProgress($"moving [{name}]", 0.41, "41.2 MB/s, 12 s left"));
            }

            await HoldAsync(context, operation, call);
        }
        catch (OperationCanceledException)
        {
            Note(context, $"cancelled {call}");
            throw;
        }

        Note(context, $"end {call}");
        return Names(context, "fail", call) ? BackendResult.Failure($"{call} fails.", "Leave it.") : work(context);
    }

    /// <summary>A wait lasts for as long as the part is in between.</summary>
    private async Task HoldAsync(BackendContext context, string operation, string call)
    {
        while ((operation == "wait" && State(context) == "ACTIVATING")
            || (Names(context, "hold", call) && !File.Exists(Place(context, $"{call}.go"))))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), context.Clock, context.Cancellation);
        }
    }

    private BackendResult Check(BackendContext context)
    {
        var details = new JsonObject { [BackendResult.StateDetail] = State(context) };
        return State(context) == "ACTIVE"
            ? BackendResult.Success(details)
            : BackendResult.Failure($"The {name} is {State(context)}.", "Create it.", details);
    }

    private BackendResult Become(BackendContext context, string state)
    {
        File.WriteAllText(Place(context, $"{name}.state"), state);
        return BackendResult.Success();
    }

    private BackendResult Delete(BackendContext context)
    {
        if (State(context) == "ACTIVATING")
        {
            return BackendResult.Failure("What is ACTIVATING cannot be deleted.", "Wait.");
        }

        File.Delete(Place(context, $"{name}.state"));
        return BackendResult.Success(Leaves is null ? null : new() { [BackendResult.LeftDetail] = new JsonArray(Leaves) });
    }

    private string State(BackendContext context) => File.Exists(Place(context, $"{name}.state"))
        ? File.ReadAllText(Place(context, $"{name}.state"))
        : BackendResult.AbsentState;

    private static bool Names(BackendContext context, string setting, string call) =>
        context.Settings.Find(setting)?.Split(' ').Contains(call) == true;

    private static void Note(BackendContext context, string line)
    {
        lock (Journal)
        {
            File.AppendAllText(Place(context, "journal"), line + "\n");
        }
    }

    private static string Place(BackendContext context, string file) =>
        System.IO.Path.Combine(context.Settings["folder"], file);
}
