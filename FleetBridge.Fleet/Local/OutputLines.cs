using System.Text;

namespace FleetBridge.Fleet.Local;

/// <summary>A game server's output, line by line, with the last lines kept. A line without an end is cut.</summary>
internal sealed class OutputLines(Action<string> write)
{
    private const int LongestLine = 4096;
    private const int KeptLines = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _last = [];

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> Last
    {
        get
        {
            lock (_lock)
            {
                return [.. _last];
            }
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[LongestLine];
        var line = new StringBuilder();
        try
        {
            while (await reader.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
            {
                foreach (var letter in buffer.AsMemory(0, count).ToArray())
                {
                    if (letter == '\n' || line.Length == LongestLine)
                    {
                        Add(line);
                    }

                    if (letter != '\n')
                    {
                        line.Append(letter);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // the process has gone, and its pipe with it
        }

        if (line.Length > 0)
        {
            Add(line);
        }
    }

    private void Add(StringBuilder line)
    {
        var text = line.ToString().TrimEnd('\r');
        line.Clear();
        if (text.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            _last.Enqueue(text);
            if (_last.Count > KeptLines)
            {
                _last.Dequeue();
            }
        }

        write(text);
    }
}
