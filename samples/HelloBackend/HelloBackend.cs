using FleetBridge.Backends;
using Microsoft.Extensions.Logging;

namespace HelloBackend;

/// <summary>A backend with one resource: a greeting that can be checked and created.</summary>
public sealed class HelloBackend : Backend
{
    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Settings => [new(Setting.PrefixKey, "Whom to greet.", "world")];

    /// <inheritdoc/>
    public override BackendMetadata Metadata => new("Hello", "<Header>A first backend</>",
        [new("Greeting", "Says hello.", [new("Check", "/deployment/greeting/check"), new("Create", "/deployment/greeting/create")])]);

    /// <inheritdoc/>
    public override IReadOnlyList<Resource> Resources { get; } = [new Greeting()];
}

internal sealed partial class Greeting : Resource
{
    private volatile string? _last;

    public override string Path => "deployment/greeting";

    public override IReadOnlyList<Operation> Operations => [Operation.Check(CheckAsync), Operation.Create(CreateAsync)];

    private Task<BackendResult> CheckAsync(BackendContext context) => Task.FromResult(_last is { } last
        ? BackendResult.Success(new() { ["Greeting"] = last })
        : BackendResult.Failure("Nobody has been greeted yet.", "Create the greeting first."));

    private async Task<BackendResult> CreateAsync(BackendContext context)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(10), context.Clock, context.Cancellation);
        var greeting = $"Hello, {context.Settings[Setting.PrefixKey]}!";
        LogGreeting(context.Logger, greeting);
        _last = greeting;
        return BackendResult.Success(new() { ["Greeting"] = greeting });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Greeting}")]
    private static partial void LogGreeting(ILogger logger, string greeting);
}
