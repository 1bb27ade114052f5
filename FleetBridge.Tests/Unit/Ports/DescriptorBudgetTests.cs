using FleetBridge.Core.Ports;
using FleetBridge.Core.Processes;

namespace FleetBridge.Tests.Unit.Ports;

public sealed class DescriptorBudgetTests
{
    [Theory]
    [InlineData(184, 16, 8)]
    [InlineData(192, 16, 16)]
    [InlineData(256, 48, 48)]
    [InlineData(1_024, 256, 608)]
    [InlineData(1_048_576, 256, 1_048_160)]
    public void Connections_follow_the_limit_and_some_descriptors_are_kept_back(long limit, long kept, long clients)
    {
        var budget = new DescriptorBudget(limit);
        budget.Demand();
        Assert.Equal((kept, clients), (budget.Kept, budget.MostClients));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(150)]
    [InlineData(183)]
    public void Limit_with_which_the_bridge_would_fail_later_is_refused_at_the_start(long limit)
    {
        var refusal = Assert.Throws<UserException>(new DescriptorBudget(limit).Demand);
        Assert.Contains($"may open {limit} files", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_is_let_in_when_another_one_has_gone()
    {
        var budget = new DescriptorBudget(256);
        var entered = 0;
        while (budget.TryEnter(100, share: 1))
        {
            entered++;
        }

        Assert.Equal(budget.MostClients, entered);
        Assert.False(budget.TryEnter(100, share: 1));
        budget.Leave();
        Assert.True(budget.TryEnter(100, share: 1));
        Assert.False(budget.TryEnter(100, share: 1));

        // the port of the log has some of its own
        Assert.True(budget.TryEnter(100, share: 0.75));
    }

    [Fact]
    public void Descriptor_near_the_limit_is_not_a_clients()
    {
        var budget = new DescriptorBudget(1_024);
        Assert.True(budget.TryEnter(767, share: 1));
        Assert.False(budget.TryEnter(768, share: 1));
        Assert.True(budget.TryEnter(768, share: 0.5));
    }

    [Fact]
    public void Limit_of_this_process_is_read() => Assert.InRange(DescriptorBudget.OfProcess.Limit, 64, int.MaxValue);
}
