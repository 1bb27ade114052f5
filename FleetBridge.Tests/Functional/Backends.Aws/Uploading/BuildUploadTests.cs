using System.Collections.Concurrent;
using System.IO.Compression;
using Amazon.Emulation.S3;
using Amazon.Runtime;
using FleetBridge.Backends;
using FleetBridge.Backends.Aws.Packing;
using FleetBridge.Backends.Aws.Uploading;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Functional.Backends.Aws.Uploading;

public sealed class BuildUploadTests : IAsyncLifetime, IDisposable
{
    private const int Incompressible = 3_000_000;
    private static readonly S3Caller First = new("AKIAFIRST", "first-token");
    private static readonly S3Caller Second = new("AKIASECOND", "second-token");

    private readonly TemporaryFolder _folder = new();
    private readonly UploadProbe _probe = new();
    private S3Server? _server;

    private S3Emulator S3 => _server!.S3;

    public async ValueTask InitializeAsync() => _server = await S3Server.StartAsync();

    // a class that is disposed asynchronously is not disposed in the other way too
    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Small_package_arrives_whole_as_one_part()
    {
        Write("MyServer.exe", 100_000);
        Write("Größe/a b 'c'.txt", 10);
        var result = await UploadAsync();
        var item = Assert.Single(S3.Objects);
        Assert.Equal(("builds", "gamelift/test 1/ü.zip", 1), (item.Bucket, item.Key, item.Parts));
        Assert.Equal((item.Size, 2), (result.ZipBytes, result.Files));
        AssertHoldsTheFolder(item);
        Assert.Empty(S3.Uploads);
    }

    [Fact]
    public async Task Large_package_arrives_whole_in_parts_of_8_mebibytes()
    {
        WriteParts(3);
        await UploadAsync();
        var item = Assert.Single(S3.Objects);
        Assert.Equal(3, item.Parts);
        AssertHoldsTheFolder(item);
        Assert.All(S3.Calls, call => Assert.Equal(First, call.Caller));
    }

    [Fact]
    public async Task Part_that_fails_is_sent_again_whole()
    {
        WriteParts(2);
        S3.Fault = call => call is { Operation: "UploadPart", Nth: 2 } ? new S3Fault { Code = "InternalError", Status = 500 } : null;
        await UploadAsync();
        AssertHoldsTheFolder(Assert.Single(S3.Objects));
        Assert.Contains(_probe.Lines, line => line.Contains("InternalError", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Part_whose_connection_breaks_is_sent_again_whole(bool afterIt)
    {
        WriteParts(2);
        S3.Fault = call => call is { Operation: "UploadPart", Nth: 1 }
            ? new S3Fault { DropAfter = afterIt ? null : 1_000_000, DropAnswer = afterIt }
            : null;
        await UploadAsync();
        AssertHoldsTheFolder(Assert.Single(S3.Objects));
    }

    [Fact]
    public async Task Slow_down_is_obeyed_with_a_rest_of_the_clock()
    {
        Write("MyServer.exe", 10);
        S3.Fault = call => call is { Operation: "UploadPart", Nth: 1 } ? new S3Fault { Code = "SlowDown", Status = 503 } : null;
        var clock = new WatchedTimeProvider();
        var upload = UploadAsync(clock: clock);
        await clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(500));
        Assert.Single(S3.Calls, call => call.Operation == "UploadPart");
        clock.Advance(TimeSpan.FromMilliseconds(500));
        await upload;
        AssertHoldsTheFolder(Assert.Single(S3.Objects));
    }

    [Fact]
    public async Task Part_that_stalls_is_sent_again_after_a_minute()
    {
        Write("MyServer.exe", 10);
        var never = new TaskCompletionSource();
        S3.Fault = call => call is { Operation: "UploadPart", Nth: 1 } ? new S3Fault { Wait = never.Task } : null;
        var clock = new WatchedTimeProvider();
        var upload = UploadAsync(clock: clock);
        await Eventually.TrueAsync(() => S3.Calls.Any(call => call.Operation == "UploadPart"), "the part is on its way");
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(60));
        clock.Advance(TimeSpan.FromSeconds(60));
        await clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(500));
        clock.Advance(TimeSpan.FromMilliseconds(500));
        await upload;
        AssertHoldsTheFolder(Assert.Single(S3.Objects));
        never.SetResult();
    }

    [Fact]
    public async Task Expired_credentials_are_renewed_once_and_only_what_is_missing_is_sent_again()
    {
        WriteParts(5);
        S3.Fault = call => call is { Operation: "UploadPart", PartNumber: 3 } && call.Caller == First ? new S3Fault { Expire = true } : null;
        await UploadAsync();
        var item = Assert.Single(S3.Objects);
        AssertHoldsTheFolder(item);
        Assert.Equal(1, _probe.Renewals);
        var accepted = S3.Calls.Where(call => call.PartNumber is not null && call.Caller == Second).Select(call => call.PartNumber);
        Assert.Equal(accepted.Count(), accepted.Distinct().Count());
        Assert.DoesNotContain(1, accepted);
        Assert.DoesNotContain(_probe.Lines, line => line.Contains("token", StringComparison.Ordinal) || line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task New_credentials_that_are_refused_too_are_an_error_and_nothing_is_left()
    {
        Write("MyServer.exe", 10);
        S3.Fault = call => call.Operation == "UploadPart" ? new S3Fault { Code = "ExpiredToken", Status = 400 } : null;
        var error = await Assert.ThrowsAsync<BackendException>(() => UploadAsync());
        Assert.Contains("expired", error.Message, StringComparison.Ordinal);
        AssertNothingIsThere();
    }

    [Fact]
    public async Task Refusal_by_s3_is_reported_with_its_code_and_nothing_is_left()
    {
        WriteParts(3);
        S3.Fault = call => call is { Operation: "UploadPart", PartNumber: 2 } ? new S3Fault { Code = "AccessDenied", Status = 403 } : null;
        var error = await Assert.ThrowsAsync<BackendException>(() => UploadAsync());
        Assert.Contains("AccessDenied", error.Message, StringComparison.Ordinal);
        Assert.Contains("builds", error.Message, StringComparison.Ordinal);
        AssertNothingIsThere();
    }

    [Fact]
    public async Task Completion_whose_response_was_lost_is_requested_again()
    {
        Write("MyServer.exe", 10);
        S3.Fault = call => call is { Operation: "CompleteMultipartUpload", Nth: 1 } ? new S3Fault { DropAnswer = true } : null;
        await UploadAsync();
        AssertHoldsTheFolder(Assert.Single(S3.Objects));
    }

    [Fact]
    public async Task Cancelling_removes_what_was_sent()
    {
        WriteParts(3);
        using var cancel = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        S3.Fault = call => call is { Operation: "UploadPart", PartNumber: 2 } ? new S3Fault { Wait = never.Task } : null;
        var upload = UploadAsync(cancellation: cancel.Token);
        await Eventually.TrueAsync(() => S3.Calls.Any(call => call.PartNumber == 2), "the second part is on its way");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);
        AssertNothingIsThere();
        Assert.Contains(S3.Calls, call => call.Operation == "AbortMultipartUpload");
        never.SetResult();
    }

    [Fact]
    public async Task What_cannot_be_removed_is_reported()
    {
        Write("MyServer.exe", 10);
        S3.Fault = call => call.Operation is "UploadPart" or "AbortMultipartUpload" ? new S3Fault { Code = "AccessDenied", Status = 403 } : null;
        await Assert.ThrowsAsync<BackendException>(() => UploadAsync());
        Assert.Contains(_probe.Lines, line => line.Contains("could not be removed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task File_that_changed_since_the_manifest_ends_the_upload_and_nothing_is_left()
    {
        WriteParts(2);
        var manifest = PackageManifest.Read(_folder["package"], "WINDOWS_2022");
        await File.AppendAllTextAsync(manifest.Files[^1].Path, "more");
        var error = await Assert.ThrowsAsync<BackendException>(() => UploadAsync(manifest));
        Assert.Contains(manifest.Files[^1].Path, error.Message, StringComparison.Ordinal);
        AssertNothingIsThere();
    }

    [Fact]
    public async Task Endpoint_without_a_listener_is_reported_at_once()
    {
        Write("MyServer.exe", 10);
        var address = _server!.Address;
        await _server.DisposeAsync();
        var error = await Assert.ThrowsAsync<BackendException>(() => UploadAsync(address: address));
        Assert.Contains("could not be reached", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Remedy);
        _server = await S3Server.StartAsync();
    }

    [Fact]
    public async Task Progress_is_reported_every_second_while_nothing_moves()
    {
        Write("MyServer.exe", 1_000_000);
        var go = new TaskCompletionSource();
        S3.Fault = call => call.Operation == "UploadPart" ? new S3Fault { Wait = go.Task } : null;
        var clock = new WatchedTimeProvider();
        var upload = UploadAsync(clock: clock);
        await Eventually.TrueAsync(() => S3.Calls.Any(call => call.Operation == "UploadPart"), "the part is on its way");
        var before = _probe.Progress.Count;
        clock.Advance(TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(before + 2, _probe.Progress.Count);
        Assert.InRange(_probe.Progress[^1].Fraction!.Value, 0, 0.99);
        go.SetResult();
        await upload;
        Assert.Equal(new OperationProgress("Uploading test1-build", 1), _probe.Progress[^1]);
    }

    /// <summary>Everything has been read long before the last parts are sent.</summary>
    [Fact]
    public async Task Progress_counts_what_was_sent_and_is_complete_only_at_the_end()
    {
        WriteParts(4);
        var go = Enumerable.Range(0, 5).Select(_ => new TaskCompletionSource()).ToList();
        S3.Fault = call => call.Operation == "UploadPart" ? new S3Fault { Wait = go[call.PartNumber ?? 0].Task } : null;
        var clock = new WatchedTimeProvider();
        var upload = UploadAsync(clock: clock);
        await Eventually.TrueAsync(() => S3.Calls.Count(call => call.Operation == "UploadPart") == 4, "all parts are on their way");
        for (var part = 1; part <= 4; part++)
        {
            go[part].SetResult();
            await Eventually.TrueAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    return _probe.Progress[^1].Fraction >= Math.Min(0.99, (part / 4.0) - 0.01);
                },
                $"part {part} counts");
        }

        await upload;
        var fractions = _probe.Progress.Select(progress => progress.Fraction!.Value).ToList();
        Assert.Equal(fractions.Order(), fractions);
        Assert.Single(fractions, fraction => fraction >= 1);
        Assert.Equal(1, fractions[^1]);
    }

    private Task<UploadResult> UploadAsync(
        PackageManifest? manifest = null, TimeProvider? clock = null, string? address = null, CancellationToken cancellation = default) =>
        BuildUpload.RunAsync(
            new UploadRequest(
                "test1-build",
                manifest ?? PackageManifest.Read(_folder["package"], "WINDOWS_2022", CancellationToken.None),
                new UploadTarget("builds", "gamelift/test 1/ü.zip"),
                Signed(First),
                _ =>
                {
                    _probe.Renewals++;
                    return Task.FromResult<AWSCredentials>(Signed(Second));
                },
                "us-west-2",
                config => config.ServiceURL = address ?? _server!.Address),
            _probe,
            _probe,
            clock ?? TimeProvider.System,
            cancellation);

    private static SessionAWSCredentials Signed(S3Caller caller) => new SessionAWSCredentials(caller.AccessKey, "a-secret", caller.Token);

    private void AssertNothingIsThere()
    {
        Assert.Empty(S3.Objects);
        Assert.Empty(S3.Uploads);
    }

    private void AssertHoldsTheFolder(S3Object item)
    {
        using var zip = new ZipArchive(new MemoryStream(item.Content!));
        var files = Directory.GetFiles(_folder["package"], "*", SearchOption.AllDirectories);
        Assert.Equal(files.Length, zip.Entries.Count);
        foreach (var file in files)
        {
            var name = Path.GetRelativePath(_folder["package"], file).Replace('\\', '/');
            using var packed = new MemoryStream();
            zip.GetEntry(name)!.Open().CopyTo(packed);
            Assert.True(packed.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(file)), name);
        }
    }

    /// <summary>As much as fills so many parts, the last one in part.</summary>
    private void WriteParts(int parts)
    {
        for (var i = 0; i < parts; i++)
        {
            Write($"Content/{i}.pak", (8 * 1024 * 1024) - (i == parts - 1 ? Incompressible : 0));
        }
    }

    private void Write(string name, int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var file = _folder[["package", .. name.Split('/')]];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }

    /// <summary>Hears what an upload says.</summary>
    private sealed class UploadProbe : ILogger, IProgress<OperationProgress>
    {
        private readonly ConcurrentQueue<string> _log = new();
        private readonly ConcurrentQueue<OperationProgress> _progress = new();

        public IReadOnlyList<string> Lines => [.. _log];

        public IReadOnlyList<OperationProgress> Progress => [.. _progress];

        public int Renewals { get; set; }

        public void Report(OperationProgress value) => _progress.Enqueue(value);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _log.Enqueue(formatter(state, exception));
    }
}
