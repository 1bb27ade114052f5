using FleetBridge.Core.Requests;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Requests;

public sealed class ExclusiveOperationsTests
{
    private readonly ExclusiveOperations _operations = new();

    [Fact]
    public void Second_operation_on_the_same_thing_is_told_which_one_runs()
    {
        Assert.True(_operations.TryBegin("aws", "d/fleet", "p", "create", out var hold, out var other));
        Assert.Null(other);
        Assert.False(_operations.TryBegin("aws", "d/fleet", "p", "delete", out var refused, out other));
        Assert.Null(refused);
        Assert.Equal("create", other);
        hold.Dispose();
        Assert.True(_operations.TryBegin("aws", "d/fleet", "p", "delete", out _, out _));
    }

    [Fact]
    public void State_folder_that_cannot_be_written_is_said_once_and_stops_nobody()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["state"], "a file where the folder should be");
        using var log = new ListedLog();
        var operations = new ExclusiveOperations(folder["state"], log);
        Assert.True(operations.TryBegin("aws", "d/fleet", "p", "create", out _, out _));
        Assert.True(operations.TryBegin("aws", "d/build", "p", "create", out _, out _));
        Assert.False(operations.TryBegin("aws", "d/fleet", "p", "create", out _, out var other));
        Assert.Equal("create", other);
        Assert.Contains(folder["state"], Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other", "d/fleet", "p")]
    [InlineData("aws", "d/build", "p")]
    [InlineData("aws", "d/fleet", "q")]
    [InlineData("aws", "d/fleet", "")]
    public void Operation_on_another_thing_may_run(string backend, string resource, string prefix)
    {
        Assert.True(_operations.TryBegin("aws", "d/fleet", "p", "create", out _, out _));
        Assert.True(_operations.TryBegin(backend, resource, prefix, "create", out _, out _));
    }

    [Fact]
    public void Hold_that_is_disposed_twice_ends_nobody_elses_operation()
    {
        Assert.True(_operations.TryBegin("aws", "d/fleet", "p", "create", out var first, out _));
        first.Dispose();
        Assert.True(_operations.TryBegin("aws", "d/fleet", "p", "delete", out _, out _));
        first.Dispose();
        Assert.False(_operations.TryBegin("aws", "d/fleet", "p", "create", out _, out var other));
        Assert.Equal("delete", other);
    }
}
