using System.Text;

namespace FleetBridge.Tests.Support;

/// <summary>What a terminal shows of the bytes it has got: as much of one as the program uses (carriage return, line feed, cursor up,
/// erasing, breaking of lines at the width). Whatever scrolls out above is kept.</summary>
internal sealed class TerminalScreen
{
    private readonly List<StringBuilder> _rows = [new()];
    private int _row;
    private int _column;
    private int _columns;

    /// <summary>The lines, without the spaces at their ends and the empty ones at the end.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var lines = _rows.ConvertAll(row => row.ToString().TrimEnd());
            return [.. lines.Take(lines.FindLastIndex(line => line.Length > 0) + 1)];
        }
    }

    /// <summary>Shows what was sent while the terminal had a width. Lines of another width stay as they are.</summary>
    public void Write(string sent, int columns)
    {
        _columns = columns;

        for (var i = 0; i < sent.Length; i++)
        {
            switch (sent[i])
            {
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    Down();
                    break;
                case '\e' when i + 1 < sent.Length && sent[i + 1] == '[':
                    var end = i + 2;
                    while (end < sent.Length && !char.IsAsciiLetter(sent[end]))
                    {
                        end++;
                    }

                    if (end < sent.Length)
                    {
                        Obey(sent[end], sent[(i + 2)..end]);
                    }

                    i = end;
                    break;
                case >= ' ':
                    Put(sent[i]);
                    break;
            }
        }
    }

    private void Obey(char command, string parameters)
    {
        var row = _rows[_row];
        switch (command)
        {
            case 'A':
                _row = Math.Max(0, _row - Math.Max(1, int.TryParse(parameters, out var up) ? up : 1));
                break;
            case 'K':
                row.Length = Math.Min(row.Length, parameters == "2" ? 0 : _column);
                break;
            case 'J':
                row.Length = Math.Min(row.Length, _column);
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
        }
    }

    private void Put(char letter)
    {
        if (_column >= _columns)
        {
            _column = 0;
            Down();
        }

        var row = _rows[_row];
        row.Append(' ', Math.Max(0, _column + 1 - row.Length));
        row[_column++] = letter;
    }

    /// <summary>A terminal's driver makes a carriage return and a line feed of the line feed that a program writes.</summary>
    private void Down()
    {
        _row++;
        if (_row == _rows.Count)
        {
            _rows.Add(new StringBuilder());
        }
    }
}
