using FleetBridge.Core.Requests;

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
