using FleetBridge.Backends;
using FleetBridge.Backends.Aws;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Support;

/// <summary>Calls an operation of the AWS backend as the bridge would, without the bridge around it.</summary>
internal sealed class AwsOperation
{
    /// <summary>The backend, when it is one that lives on; null for a new one.</summary>
    public AwsBackend? Backend { get; init; }

    /// <summary>What was opened for the user.</summary>
    public List<Uri> Opened { get; } = [];

    /// <summary>Whether there is a desktop to open things on.</summary>
    public bool Desktop { get; init; } = true;

    /// <summary>The clock of its waits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Its end before its end.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>What was logged.</summary>
    public List<(LogLevel Level, string Message)> Log { get; } = [];

    public async Task<BackendResult> RunAsync(string resource, string operation, params (string Key, string Value)[] parameters)
    {
        await using var own = Backend is null ? new AwsBackend() : null;
        var backend = Backend ?? own!;
        Assert.True(
            Settings.TryResolve(backend.Settings, parameters.ToDictionary(p => p.Key, p => p.Value), out var settings, out var problems),
            string.Join(" ", problems));
        var handler = backend.Resources.Single(r => r.Name == resource).Operations.Single(o => o.Name == operation).Handler;
        return await handler(new BackendContext
        {
            Request = new BackendRequest
            {
                Backend = "aws",
                Version = "1",
                Segments = ["deployment", resource, operation],
                Parameters = parameters.ToDictionary(p => p.Key, p => p.Value),
            },
            Settings = settings,
            Logger = new ListLogger(Log),
            Progress = new Progress<OperationProgress>(),
            Clock = Clock,
            Cancellation = Cancellation,
            OpenForUser = address =>
            {
                Opened.Add(address);
                return Desktop;
            },
        });
    }

    /// <summary>The texts of a list in an answer's details.</summary>
    public static IReadOnlyList<string> Texts(BackendResult result, string name) =>
        [.. result.Details![name]!.AsArray().Select(text => text!.GetValue<string>())];

    private sealed class ListLogger(List<(LogLevel Level, string Message)> log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // an operation may do several things at once
            lock (log)
            {
                log.Add((logLevel, formatter(state, exception)));
            }
        }
    }
}
