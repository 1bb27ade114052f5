using System.Text;

namespace FleetBridge.Output;

/// <summary>What a key has done to a line.</summary>
internal enum LineEdit
{
    /// <summary>The line has changed, or nothing has.</summary>
    Changed,

    /// <summary>The line was entered.</summary>
    Entered,

    /// <summary>The console is left.</summary>
    Left,

    /// <summary>Ctrl-C, which a console takes for itself.</summary>
    Interrupted,
}

/// <summary>One line that a person types, with the lines typed before: the keys of a shell, and Ctrl-P Ctrl-Q to leave.</summary>
internal sealed class LineEditor
{
    private const int MostHistory = 500;

    private readonly List<string> _history = [];
    private readonly StringBuilder _line = new();
    private int _shown;
    private string _unfinished = "";
    private bool _isLeaving;

    /// <summary>The line.</summary>
    public string Text => _line.ToString();

    /// <summary>Where the next character goes.</summary>
    public int Position { get; private set; }

    /// <summary>Takes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="entered">The line, when it was entered.</param>
    public LineEdit Take(ConsoleKeyInfo key, out string entered)
    {
        entered = "";
        var isControl = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        if (_isLeaving)
        {
            _isLeaving = false;
            if (isControl && key.Key == ConsoleKey.Q)
            {
                return LineEdit.Left;
            }

            // by itself it is the key of a shell for the line before
            ShowOlder();
        }

        switch (key.Key)
        {
            case ConsoleKey.P when isControl:
                _isLeaving = true;
                break;
            case ConsoleKey.C when isControl:
                Set("");
                _shown = _history.Count;
                return LineEdit.Interrupted;
            case ConsoleKey.Enter:
                entered = Enter();
                return LineEdit.Entered;
            case ConsoleKey.UpArrow:
                ShowOlder();
                break;
            case ConsoleKey.DownArrow:
            case ConsoleKey.N when isControl:
                ShowNewer();
                break;
            default:
                Edit(key, isControl);
                break;
        }

        return LineEdit.Changed;
    }

    private void Edit(ConsoleKeyInfo key, bool isControl)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow:
                Position = Math.Max(0, Position - 1);
                break;
            case ConsoleKey.RightArrow:
                Position = Math.Min(_line.Length, Position + 1);
                break;
            case ConsoleKey.Home:
            case ConsoleKey.A when isControl:
                Position = 0;
                break;
            case ConsoleKey.End:
            case ConsoleKey.E when isControl:
                Position = _line.Length;
                break;
            case ConsoleKey.Backspace when Position > 0:
                _line.Remove(--Position, 1);
                break;
            case ConsoleKey.Delete when Position < _line.Length:
                _line.Remove(Position, 1);
                break;
            case ConsoleKey.U when isControl:
                _line.Remove(0, Position);
                Position = 0;
                break;
            case ConsoleKey.K when isControl:
                _line.Length = Position;
                break;
            case ConsoleKey.W when isControl:
                RemoveWord();
                break;
            default:
                if (!char.IsControl(key.KeyChar) && !isControl)
                {
                    _line.Insert(Position++, key.KeyChar);
                }

                break;
        }
    }

    private string Enter()
    {
        var text = Text;
        if (text.Length > 0 && (_history.Count == 0 || _history[^1] != text))
        {
            _history.Add(text);
            if (_history.Count > MostHistory)
            {
                _history.RemoveAt(0);
            }
        }

        _shown = _history.Count;
        Set("");
        return text;
    }

    private void ShowOlder()
    {
        if (_shown == 0)
        {
            return;
        }

        if (_shown == _history.Count)
        {
            _unfinished = Text;
        }

        Set(_history[--_shown]);
    }

    private void ShowNewer()
    {
        if (_shown < _history.Count)
        {
            _shown++;
            Set(_shown == _history.Count ? _unfinished : _history[_shown]);
        }
    }

    private void RemoveWord()
    {
        var start = Position;
        while (start > 0 && _line[start - 1] == ' ')
        {
            start--;
        }

        while (start > 0 && _line[start - 1] != ' ')
        {
            start--;
        }

        _line.Remove(start, Position - start);
        Position = start;
    }

    private void Set(string text)
    {
        _line.Clear().Append(text);
        Position = text.Length;
    }
}
