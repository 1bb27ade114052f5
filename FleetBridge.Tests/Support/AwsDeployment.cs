using System.Text.Json.Nodes;
using Amazon.Emulation;
using FleetBridge.Backends;
using FleetBridge.Backends.Aws;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Support;

/// <summary>A deployment on an AWS emulator: operations run on it as the bridge would run them, on a clock that hurries.
/// </summary>
internal sealed class AwsDeployment : IAsyncDisposable
{
    /// <summary>For tests that really send data: limits on a stall must not pass on a busy machine.</summary>
    public const int UploadHurry = 10;

    /// <summary>A minute of waiting in a third of a second.</summary>
    private const int Hurry = 200;

    private readonly ITestOutputHelper? _output;

    // one for all operations, as in a bridge: it keeps its clients
    private readonly AwsBackend _backend = new();

    private AwsDeployment(AwsEmulator aws, ITestOutputHelper? output)
    {
        (Aws, _output) = (aws, output);
        Profile = AwsProfiles.Add(aws);
    }

    /// <summary>The emulator.</summary>
    public AwsEmulator Aws { get; }

    /// <summary>The profile that leads to it; another one may be set.</summary>
    public string Profile { get; set; }

    /// <summary>What the last operation logged.</summary>
    public IReadOnlyList<(LogLevel Level, string Message)> Log { get; private set; } = [];

    /// <summary>What the last operation logged, as one text.</summary>
    public string LogText
    {
        get
        {
            // of two operations at once, the other one may still add to it
            var log = Log;
            lock (log)
            {
                return string.Join('\n', log.Select(record => record.Message));
            }
        }
    }

    /// <summary>The end of operations before their end.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>The clock of the operations.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Starts one.</summary>
    /// <param name="output">Shows what the operations log.</param>
    /// <param name="hurry">How many times as fast the operations' clock runs.</param>
    public static async Task<AwsDeployment> StartAsync(ITestOutputHelper? output = null, int hurry = Hurry) =>
        new(await AwsEmulator.StartAsync(), output) { Clock = new FastClock(hurry) };

    /// <summary>Runs an operation, such as <c>"fleet", "create"</c>.</summary>
    /// <exception cref="BackendException">It failed in a way that the user can fix.</exception>
    public async Task<BackendResult> RunAsync(string resource, string operation, params (string Key, string Value)[] settings)
    {
        var run = new AwsOperation { Backend = _backend, Clock = Clock, Cancellation = Cancellation };
        Log = run.Log;
        try
        {
            return await run.RunAsync(resource, operation, [("profile_name", Profile), .. settings]);
        }
        finally
        {
            _output?.WriteLine($"--- {resource}/{operation}\n{LogText}");
        }
    }

    /// <summary>Runs an operation that has to succeed, and gives its details.</summary>
    public async Task<JsonObject> SucceedAsync(string resource, string operation, params (string Key, string Value)[] settings)
    {
        var result = await RunAsync(resource, operation, settings);
        Assert.True(result.Overall == OverallResult.True, $"{resource}/{operation}: {result.Error} {result.Remedy}");
        return result.Details!;
    }

    /// <summary>Creates a resource twice: the second time nothing changes, the log says so, and the answer is the same.</summary>
    public async Task AssertSecondCreateChangesNothingAsync(string resource)
    {
        var first = await SucceedAsync(resource, "create");
        Aws.Calls.Clear();
        var second = await SucceedAsync(resource, "create");
        Assert.Empty(StoppedCreate.Changes(Aws));
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Contains("exists already; nothing to create", LogText, StringComparison.Ordinal);
    }

    /// <summary>Runs an operation that has to fail, and gives what it says.</summary>
    public async Task<(string Error, string Remedy)> FailAsync(
        string resource, string operation, params (string Key, string Value)[] settings)
    {
        try
        {
            var result = await RunAsync(resource, operation, settings);
            Assert.Equal(OverallResult.False, result.Overall);
            return (result.Error!, result.Remedy ?? "");
        }
        catch (BackendException exception)
        {
            return (exception.Message, exception.Remedy ?? "");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync();
        await Aws.DisposeAsync();
        Assert.Empty(Aws.Bugs);
    }
}
