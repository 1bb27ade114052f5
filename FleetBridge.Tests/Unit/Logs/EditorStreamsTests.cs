using FleetBridge.Core.Logs;
using Serilog.Events;

namespace FleetBridge.Tests.Unit.Logs;

/// <summary>Which of two editors gets a record, and how.</summary>
public sealed class EditorStreamsTests
{
    private const int First = 11;
    private const int Second = 22;

    private readonly EditorStreams _streams = new();

    [Fact]
    public void Records_of_no_request_and_of_other_clients_go_to_the_place()
    {
        Assert.True(_streams.TryOpen(Second));
        _streams.ClientCame(() => First);
        Assert.True(_streams.GoesToClient(Record(0)));
        Assert.False(_streams.GoesToStream(Record(0), Second));
    }

    [Fact]
    public void Each_editor_gets_its_own()
    {
        _streams.TryOpen(Second);
        _streams.ClientCame(() => First);
        var (mine, other) = (Record(First), Record(Second));
        Assert.True(_streams.GoesToClient(mine));
        Assert.False(_streams.GoesToStream(mine, Second));
        Assert.False(_streams.GoesToClient(other));
        Assert.True(_streams.GoesToStream(other, Second));
    }

    [Fact]
    public void Client_that_is_no_editor_gets_all()
    {
        _streams.TryOpen(Second);
        _streams.ClientCame(() => 0);
        Assert.True(_streams.GoesToClient(Record(Second)));
        Assert.True(_streams.GoesToStream(Record(Second), Second));
    }

    [Fact]
    public void Editor_that_gets_the_place_gets_no_record_twice()
    {
        _streams.TryOpen(Second);
        _streams.ClientCame(() => First);
        var (before, waiting) = (Record(Second), Record(Second));
        Assert.True(_streams.GoesToStream(before, Second));
        _streams.ClientLeft();
        _streams.ClientCame(() => Second);
        Assert.False(_streams.GoesToStream(waiting, Second));
        Assert.True(_streams.GoesToClient(waiting));
        Assert.False(_streams.GoesToClient(before));
    }

    [Fact]
    public void Editor_without_a_stream_is_left_to_the_place()
    {
        _streams.TryOpen(Second);
        Assert.False(_streams.TryOpen(Second));
        _streams.Close(Second);
        Assert.True(_streams.IsEmpty);
        _streams.ClientCame(() => First);
        Assert.True(_streams.GoesToClient(Record(Second)));
    }

    [Fact]
    public async Task Record_has_the_editor_of_the_request_in_which_it_was_logged()
    {
        Assert.Equal(0, Record(null).Origin);
        var inRequest = await Task.Run(() =>
        {
            RequestOrigin.Current = Second;
            return Record(null).Origin;
        });
        Assert.Equal(Second, inRequest);
        Assert.Equal(0, Record(null).Origin);
    }

    private static LogRecord Record(int? origin) => origin is { } editor
        ? new LogRecord(default, LogEventLevel.Information, "n", "text") { Origin = editor }
        : new LogRecord(default, LogEventLevel.Information, "n", "text");
}
