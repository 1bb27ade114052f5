using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>Builds that could not be loaded for a reason that passes: the disk was full, or too many files were open.</summary>
public sealed class PassingTroubleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly ListedLog _log = new();

    private int _attempts;
    private Exception? _trouble;

    [Theory]
    [InlineData(28, "the disk is full")]
    [InlineData(24, "too many files are open")]
    public async Task Build_is_tried_again_by_itself_and_said_once(int error, string said)
    {
        Requires.Linux();
        _trouble = new IOException("the system's words", error);
        await using var host = Open();
        await host.LoadAllAsync();
        var status = Assert.Single(host.Statuses);
        Assert.Equal(BackendState.Failed, status.State);
        Assert.Contains(said, status.Problem, StringComparison.Ordinal);
        Assert.Contains("tried again", status.Problem, StringComparison.Ordinal);

        // it lasts
        await TriedAgainAsync(2);
        await TriedAgainAsync(3);
        Assert.Single(_log.Lines, line => line.StartsWith("Error ", StringComparison.Ordinal));

        _trouble = null;
        await TriedAgainAsync(4);
        await Eventually.TrueAsync(() => host.Statuses[0].State == BackendState.Serving, "it serves");
        Assert.Null(host.Statuses[0].Problem);
    }

    [Fact]
    public async Task Build_that_is_broken_is_not_tried_again()
    {
        _trouble = new InvalidOperationException("broken");
        await using var host = Open();
        await host.LoadAllAsync();
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(BackendState.Failed, host.Statuses[0].State);
        Assert.Equal(1, _attempts);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    private async Task TriedAgainAsync(int attempts)
    {
        // the timer is set after the attempt is seen to fail
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return Volatile.Read(ref _attempts) >= attempts;
            },
            $"attempt {attempts}");
    }

    private BackendHost Open() => new(
        [_folder.CopyOf(Repository.HelloRoot, "backends")],
        _folder["state"],
        _log,
        _clock,
        isNative: _ =>
        {
            Interlocked.Increment(ref _attempts);
            return _trouble is { } trouble ? throw trouble : false;
        });
}
