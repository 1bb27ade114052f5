using FleetBridge.Core.Processes;
using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class ProcessTokenTests : IDisposable
{
    /// <summary>No process has this id.</summary>
    private const int Nobody = int.MaxValue;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Token_is_made_when_it_is_needed_used_again_and_gone_at_the_end()
    {
        var token = New();
        Assert.Empty(Tokens().All);
        var text = token.Text;
        Assert.Equal(text, token.Text);
        Assert.Equal(("gateway", Role.Viewer), (Assert.Single(Tokens().All).Name, Assert.Single(Tokens().All).Role));
        token.Dispose();
        Assert.Empty(Tokens().All);
        Assert.False(Tokens().TryFind(text, out _));
    }

    [Fact]
    public void Token_is_renewed_before_it_ends_and_the_one_in_use_stays()
    {
        using var token = New();
        var first = token.Text;
        _clock.Advance(TimeSpan.FromHours(10.9));
        Assert.Equal(first, token.Text);
        _clock.Advance(TimeSpan.FromHours(0.2));
        Assert.NotEqual(first, token.Text);
        Assert.True(Tokens().TryFind(first, out _));
    }

    [Fact]
    public void Token_of_a_process_that_was_killed_is_not_listed_and_goes_with_the_next_change()
    {
        Tokens().Make("gateway", Role.Viewer, null, out var text, new LocalTokenHolder(Environment.MachineName, new ProcessIdentity(Nobody, 0)));
        Assert.Empty(Tokens().All);
        Tokens().Make("ann", Role.Viewer, null, out _);
        Assert.False(Tokens().TryFind(text, out _));
        Assert.Equal("ann", Assert.Single(Tokens().All).Name);
    }

    [Fact]
    public void Token_of_a_process_of_another_machine_stays()
    {
        Tokens().Make("gateway", Role.Viewer, null, out var text, new LocalTokenHolder("another-machine", new ProcessIdentity(Nobody, 0)));
        Tokens().Make("ann", Role.Viewer, null, out _);
        Assert.True(Tokens().TryFind(text, out var found));
        Assert.Equal("another-machine", found.Holder?.Machine);
        Assert.Equal(2, Tokens().All.Count);
    }

    private LocalTokens Tokens() => new(_folder.Path, _clock);

    private ProcessToken New() => new(Tokens(), "gateway", Role.Viewer, _clock);
}
