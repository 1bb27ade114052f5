using System.Text.Json.Nodes;
using FleetBridge.Backends;
using Microsoft.Extensions.Logging;

namespace Probe;

/// <summary>A backend that does on request what backends may do to a bridge, good and bad.</summary>
public sealed class ProbeBackend : Backend
{
    /// <summary>Rebuilding with another text here is a new build.</summary>
    public const string Build = "build-0";

    public override IReadOnlyList<string> Aliases => ["probe_backend"];

    public override IReadOnlyList<Setting> Settings =>
    [
        new(Setting.PrefixKey, "Tells runs apart.", "p"),
        new("text", "What to say."),
        new("count", "How often.", "1"),
        new("gate", "A file; the operation continues once it exists."),
        new("mark", "A file that the operation writes when it has begun."),
        new("done", "A file that the operation writes when it has ended, and how."),
    ];

    public override BackendMetadata Metadata => new("Probe", "For tests.",
        [new("Thing", "A thing.", [new("Check", "/deployment/thing/check"), new("Create", "/deployment/thing_create")])]);

    public override IReadOnlyList<Resource> Resources { get; } = [new Thing(), new Mischief()];
}

/// <summary>What behaves.</summary>
internal sealed class Thing : Resource
{
    public override string Path => "deployment/thing";

    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(Check),
        Operation.Create(WaitForGate),
        Operation.Delete(WaitForGate),
        new("wait", OperationKind.Read, WaitForGate),
        new("log", OperationKind.Read, Log),
    ];

    /// <summary>Answers at once, with the build and with all it was given.</summary>
    private static Task<BackendResult> Check(BackendContext context)
    {
        var details = new JsonObject { ["Build"] = ProbeBackend.Build };
        foreach (var (key, value) in context.Settings.All)
        {
            details[key] = value;
        }

        return Task.FromResult(BackendResult.Success(details));
    }

    /// <summary>Runs until the gate file exists or it is cancelled; the done file says which.</summary>
    private static async Task<BackendResult> WaitForGate(BackendContext context)
    {
        Write(context.Settings.Find("mark"), "begun");
        try
        {
            while (!File.Exists(context.Settings["gate"]))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), context.Cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            Write(context.Settings.Find("done"), "cancelled");
            throw;
        }

        Write(context.Settings.Find("done"), "completed");
        return BackendResult.Success(new() { ["Build"] = ProbeBackend.Build });
    }

    /// <summary>Logs the text so often, numbered from 1.</summary>
    private static Task<BackendResult> Log(BackendContext context)
    {
        var count = int.Parse(context.Settings["count"], System.Globalization.CultureInfo.InvariantCulture);
        for (var i = 1; i <= count; i++)
        {
            context.Logger.LogInformation("{Text} {Number}", context.Settings.Find("text"), i);
        }

        return Task.FromResult(BackendResult.Success());
    }

    private static void Write(string? path, string text)
    {
        if (path is not null)
        {
            File.WriteAllText(path, text);
        }
    }
}

/// <summary>What does not behave.</summary>
internal sealed class Mischief : Resource
{
    private static readonly AsyncLocal<object> Ambient = new();

    public override string Path => "deployment/mischief";

    public override IReadOnlyList<Operation> Operations =>
    [
        new("throw", OperationKind.Read, _ => throw new MischiefException("thrown on purpose")),
        new("untellable", OperationKind.Read, _ => throw new UntellableException()),
        new("fail", OperationKind.Read, _ => throw new BackendException("It is broken.", "Fix it.")),
        new("null", OperationKind.Read, _ => Task.FromResult<BackendResult>(null!)),
        new("alike", OperationKind.Read, _ => Task.FromResult(BackendResult.Success(new() { ["Id"] = 1, ["ID"] = 2 }))),
        new("logthrown", OperationKind.Read, LogThrown),
        new("block", OperationKind.Read, Block),
        new("ambient", OperationKind.Read, SetAmbient),
    ];

    private static Task<BackendResult> LogThrown(BackendContext context)
    {
        try
        {
            throw new MischiefException("logged on purpose");
        }
        catch (MischiefException exception)
        {
            context.Logger.LogError(exception, "It {What} {{braces}}", "went wrong");
        }

        return Task.FromResult(BackendResult.Success());
    }

    /// <summary>Holds its thread until the gate file exists.</summary>
    private static Task<BackendResult> Block(BackendContext context)
    {
        if (context.Settings.Find("mark") is { } mark)
        {
            File.WriteAllText(mark, "begun");
        }

        SpinWait.SpinUntil(() => File.Exists(context.Settings["gate"]), TimeSpan.FromSeconds(60));
        return Task.FromResult(BackendResult.Success());
    }

    private static Task<BackendResult> SetAmbient(BackendContext context)
    {
        Ambient.Value = new Mischief();
        return Task.FromResult(BackendResult.Success());
    }
}

/// <summary>An exception of the backend's own type.</summary>
public sealed class MischiefException(string message) : Exception(message);

/// <summary>An exception that throws when it is asked what happened.</summary>
public sealed class UntellableException : Exception
{
    public override string Message => throw new InvalidOperationException("no message");
}
