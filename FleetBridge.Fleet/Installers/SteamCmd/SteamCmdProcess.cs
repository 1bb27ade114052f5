using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FleetBridge.Backends.Processes;
using FleetBridge.Core.Processes;

namespace FleetBridge.Fleet.Installers.SteamCmd;

/// <summary>SteamCMD as a process, with a terminal of its own: without one it prints in blocks, and no progress is seen for minutes.</summary>
/// <param name="program">SteamCMD's absolute path.</param>
/// <param name="home">Its HOME, which no other SteamCMD uses.</param>
/// <param name="clock">The clock of its silence.</param>
internal sealed partial class SteamCmdProcess(string program, string home, TimeProvider clock)
{
    /// <summary>Verifying a large app on a slow disk still prints a line now and then.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);

    private const int MostLine = 4096;
    private const string ArgumentVariable = "FLEETBRIDGE_ARGUMENT_";

    /// <summary>What a download behind a proxy needs; all else of the worker's environment is none of SteamCMD's business.</summary>
    private static readonly string[] KeptVariables =
        ["PATH", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "TMPDIR", "USER", "SystemRoot", "TEMP"];

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onLine">Gets each line, without colours.</param>
    /// <param name="cancellation">Ends it with all its processes.</param>
    /// <returns>Its exit code; null when it was stopped because it had been silent for long.</returns>
    /// <exception cref="InstallException">It cannot be started.</exception>
    public async Task<int?> RunAsync(IReadOnlyList<string> arguments, Action<string> onLine, CancellationToken cancellation)
    {
        KillLeftOver();
        using var process = Start(arguments);
        try
        {
            if (ProcessIdentity.Of(process) is { } running)
            {
                File.WriteAllText(LeftOver, string.Create(CultureInfo.InvariantCulture, $"{running.Id} {running.Started}"));
            }

            process.StandardInput.Close();
            using var silence = new CancellationTokenSource();
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellation);
            var timer = clock.CreateTimer(_ => silence.Cancel(), null, LongestSilence, Timeout.InfiniteTimeSpan);
            await using var _ = timer.ConfigureAwait(false);
            try
            {
                var lines = new LineReader(onLine);
                var piece = new byte[MostLine];
                for (int read; (read = await process.StandardOutput.BaseStream.ReadAsync(piece, ending.Token).ConfigureAwait(false)) > 0;)
                {
                    timer.Change(LongestSilence, Timeout.InfiniteTimeSpan);
                    lines.Add(piece.AsSpan(0, read));
                }

                lines.End();
                await process.WaitForExitAsync(ending.Token).ConfigureAwait(false);
                return process.ExitCode;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return null;
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }

            File.Delete(LeftOver);
        }
    }

    /// <summary>Which process uses this HOME. One that hangs does not notice that its worker was killed.</summary>
    private string LeftOver => Path.Combine(home, "fleetbridge.pid");

    private void KillLeftOver()
    {
        if (File.Exists(LeftOver)
            && File.ReadAllText(LeftOver).Split(' ') is [var id, var started]
            && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            && new ProcessIdentity(pid, start).IsRunning())
        {
            using var process = Process.GetProcessById(pid);
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    private Process Start(IReadOnlyList<string> arguments)
    {
        var script = OperatingSystem.IsWindows() ? null : ProgramPath.Find("script");
        var start = script is null
            ? ProgramPath.StartOf(program, arguments)
            : ProgramPath.StartOf(script, "-qefc", CommandOf(arguments.Count), "/dev/null");
        foreach (var name in start.Environment.Keys.Except(KeptVariables).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = home;
        start.Environment["LC_ALL"] = "C";
        start.Environment["TERM"] = "dumb";
        start.Environment["SHELL"] = "/bin/sh";
        if (script is not null)
        {
            start.Environment[$"{ArgumentVariable}0"] = program;
            for (var i = 0; i < arguments.Count; i++)
            {
                start.Environment[$"{ArgumentVariable}{i + 1}"] = arguments[i];
            }
        }

        (start.RedirectStandardInput, start.RedirectStandardOutput, start.WorkingDirectory) = (true, true, home);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InstallException("steamcmd_failed", $"{program} cannot be started: {exception.Message}", isRetryable: false);
        }
    }

    /// <summary>A shell starts it in the terminal. Its text is always the same: the arguments are variables, in which no shell looks for
    /// commands.</summary>
    private static string CommandOf(int count) =>
        "exec 2>&1; exec " + string.Join(' ', Enumerable.Range(0, count + 1)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"\"${ArgumentVariable}{i}\"")));

    /// <summary>Lines end in CR, LF or both.</summary>
    private sealed class LineReader(Action<string> onLine)
    {
        private readonly List<byte> _line = [];

        public void Add(ReadOnlySpan<byte> piece)
        {
            foreach (var one in piece)
            {
                if (one is (byte)'\n' or (byte)'\r')
                {
                    End();
                }
                else if (_line.Count < MostLine)
                {
                    _line.Add(one);
                }
            }
        }

        public void End()
        {
            var text = Colours.Replace(Encoding.UTF8.GetString([.. _line]), "");
            _line.Clear();
            if (!string.IsNullOrWhiteSpace(text))
            {
                onLine(text);
            }
        }
    }

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Colours { get; }
}
