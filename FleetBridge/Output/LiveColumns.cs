namespace FleetBridge.Output;

/// <summary>How wide the columns of a running deployment's table are. The step gets what the others leave, on a narrow terminal nothing.
/// </summary>
internal sealed class LiveColumns
{
    private const string ResourceTitle = "Resource";
    private const string StateTitle = "State";
    private const string StepTitle = "Step";
    private const string TimeTitle = "Time";
    private const int TimeWidth = 7;
    private const int SmallestStep = 6;
    private const int RoomyTerminal = 60;

    private readonly string _gap;
    private readonly int _name;
    private readonly int _state;
    private readonly int _step;
    private readonly int _width;

    /// <summary>Divides the width of a terminal.</summary>
    /// <param name="width">How many cells there are.</param>
    /// <param name="rows">The lines.</param>
    public LiveColumns(int width, IReadOnlyCollection<LiveRow> rows)
    {
        _width = width;
        _gap = width >= RoomyTerminal ? "  " : " ";
        _name = Widest(rows.Select(row => row.Name), ResourceTitle);
        _state = Widest(rows.Select(row => row.State), "creating");
        var step = width - _name - _state - TimeWidth - (3 * _gap.Length);
        _step = step < SmallestStep ? 0 : step;
    }

    public string Header => Fitted(Cells(ResourceTitle, LiveText.Fill(StateTitle, _state), TimeTitle, StepTitle));

    /// <summary>A resource's line.</summary>
    /// <param name="row">The resource.</param>
    /// <param name="time">How long it has taken; null when it has not begun.</param>
    /// <param name="paint">Colours a text.</param>
    public string Line(LiveRow row, TimeSpan? time, Func<string, string, string> paint)
    {
        var clock = time is { } taken ? LiveText.Clock(taken) : "";
        var state = LiveText.Fill(row.State, _state);
        return _name + _state + TimeWidth + (2 * _gap.Length) > _width
            ? Fitted(Cells(row.Name, state, clock, row.Step))
            : Cells(row.Name, paint(row.Colour, state), clock, row.Step);
    }

    private static int Widest(IEnumerable<string> texts, string title) => texts.Append(title).Max(text => text.Length);

    private string Cells(string name, string state, string time, string step)
    {
        var start = $"{LiveText.Fill(name, _name)}{_gap}{state}{_gap}";
        return _step == 0
            ? start + time.PadLeft(TimeWidth)
            : $"{start}{LiveText.Fill(step, _step)}{_gap}{time.PadLeft(TimeWidth)}";
    }

    private string Fitted(string line) => LiveText.Fit(line, _width);
}
