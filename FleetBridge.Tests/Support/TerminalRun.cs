using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace FleetBridge.Tests.Support;

/// <summary>The program in a real terminal while it runs: what it shows, keys that are pressed, and another width.</summary>
internal sealed class TerminalRun : IAsyncDisposable
{
    private readonly StringBuilder _sent = new();
    private readonly Lock _lock = new();
    private readonly Process _script;
    private readonly Task _reading;
    private readonly List<(int Start, int Columns)> _widths;

    private TerminalRun(Process script, int columns)
    {
        (_script, _widths) = (script, [(0, columns)]);
        _reading = ReadAsync();
    }

    /// <summary>All that the terminal has got.</summary>
    public string Sent
    {
        get
        {
            lock (_lock)
            {
                return _sent.ToString();
            }
        }
    }

    /// <summary>The lines that it shows.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                var screen = new TerminalScreen();
                for (var i = 0; i < _widths.Count; i++)
                {
                    var end = i + 1 < _widths.Count ? _widths[i + 1].Start : _sent.Length;
                    screen.Write(_sent.ToString(_widths[i].Start, end - _widths[i].Start), _widths[i].Columns);
                }

                return screen.Lines;
            }
        }
    }

    /// <summary>Starts the program.</summary>
    /// <param name="variables">Variables that it gets besides.</param>
    public static TerminalRun Start(string state, int columns, string[] args, params (string Name, string Value)[] variables)
    {
        RealTerminal.Require();
        var start = RealTerminal.Prepare(state, columns, args);
        foreach (var name in new[] { "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE" })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return new TerminalRun(Process.Start(start)!, columns);
    }

    /// <summary>Waits until the screen satisfies a condition.</summary>
    public Task SeeAsync(Func<IReadOnlyList<string>, bool> condition, string what) =>
        Eventually.TrueAsync(() => Task.FromResult(condition(Lines)), () => $"{what}; the terminal shows:\n{string.Join('\n', Lines)}");

    /// <summary>Waits until a line has all of some texts.</summary>
    public Task SeeLineAsync(params string[] texts) => SeeAsync(
        lines => lines.Any(line => texts.All(text => line.Contains(text, StringComparison.Ordinal))),
        $"a line with {string.Join(", ", texts)}");

    /// <summary>Presses a key.</summary>
    public void Press(char key)
    {
        _script.StandardInput.Write(key);
        _script.StandardInput.Flush();
    }

    /// <summary>Makes the terminal wider or narrower; the lines until then are broken at the old width.</summary>
    public async Task ResizeAsync(int columns)
    {
        var terminal = Children(_script.Id)
            .Select(id => new FileInfo($"/proc/{id}/fd/0").LinkTarget)
            .First(link => link?.StartsWith("/dev/pts/", StringComparison.Ordinal) == true)!;
        using var stty = Process.Start("stty", ["-F", terminal, "cols", columns.ToString(CultureInfo.InvariantCulture)]);
        await stty.WaitForExitAsync();
        Assert.Equal(0, stty.ExitCode);
        lock (_lock)
        {
            _widths.Add((_sent.Length, columns));
        }
    }

    /// <summary>Waits until the program has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync()
    {
        await _reading.WaitAsync(Eventually.Limit);
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await _script.WaitForExitAsync(limit.Token);
        return _script.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_script.HasExited)
        {
            _script.Kill(entireProcessTree: true);
        }

        await _script.WaitForExitAsync();
        _script.Dispose();
    }

    private static IEnumerable<int> Children(int id) => File.Exists($"/proc/{id}/task/{id}/children")
        ? File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture))
        : [];

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _script.StandardOutput.ReadAsync(buffer) is var count and > 0)
        {
            lock (_lock)
            {
                _sent.Append(buffer, 0, count);
            }
        }
    }
}
