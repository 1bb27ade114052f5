using System.Text;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Wire;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Gateway.Mesh;

/// <summary>What a process has changed is known to the next one, as far as it can be known.</summary>
public sealed class OutcomeJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["fleetbridge.one.outcomes"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Outcomes_are_there_again_and_what_had_not_ended_is_interrupted()
    {
        using (var journal = OutcomeJournal.Open(File))
        {
            var outcomes = new Outcomes(TimeProvider.System, journal);
            outcomes.End(outcomes.Begin("done", "ann", "fleet/create"), "{\"state\":true}"u8.ToArray(), null);
            outcomes.End(outcomes.Begin("failed", "ann", "fleet/create"), default, new WireError("limit", "Too many.", Retryable: true));
            outcomes.Begin("running", "bob", "fleet/delete");
        }

        using var next = OutcomeJournal.Open(File);
        var restored = new Outcomes(TimeProvider.System, next);
        restored.Restore();

        var done = restored.Find("done")!;
        Assert.Equal(("ann", """{"state":true}"""), (done.UserId, Encoding.UTF8.GetString((await done.Done).Result.Span)));
        Assert.Equal(new WireError("limit", "Too many.", Retryable: true), (await restored.Find("failed")!.Done).Error);
        var running = await restored.Find("running")!.Done;
        Assert.Equal(WireError.Interrupted, running.Error!.Error);
        Assert.Contains("fleet/delete", running.Error.Description, StringComparison.Ordinal);
        Assert.Null(restored.Find("another"));
    }

    [Fact]
    public void Half_a_line_of_a_power_cut_costs_only_itself()
    {
        using (var journal = OutcomeJournal.Open(File))
        {
            journal.Begin(new JournaledCall("a", "ann", "m", default));
            journal.End("a", "1"u8.ToArray(), null);
        }

        System.IO.File.AppendAllText(File, """{"began":"b","us""");

        using var next = OutcomeJournal.Open(File);
        Assert.Equal("a", Assert.Single(next.Past).CallId);
    }

    [Fact]
    public void Newest_thousand_are_kept_and_large_results_are_named()
    {
        using (var journal = OutcomeJournal.Open(File))
        {
            for (var number = 0; number < 1_200; number++)
            {
                journal.Begin(new JournaledCall($"c{number}", "ann", "m", default));
                journal.End($"c{number}", Encoding.ASCII.GetBytes($"\"{new string('x', number == 1_199 ? OutcomeJournal.LargestResult : 10)}\""), null);
            }
        }

        using var next = OutcomeJournal.Open(File);
        Assert.Equal(1_000, next.Past.Count);
        Assert.Equal("c200", next.Past[0].CallId);
        Assert.Contains("not kept", Encoding.UTF8.GetString(next.Past[^1].Result.Span), StringComparison.Ordinal);
        Assert.True(new FileInfo(File).Length < 200_000, "the file is as long as what is kept");
    }

    [Fact]
    public void Second_process_does_not_write_into_it()
    {
        using var journal = OutcomeJournal.Open(File);

        Assert.Throws<IOException>(() => OutcomeJournal.Open(File));
    }
}
