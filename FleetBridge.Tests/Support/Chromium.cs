using System.Diagnostics;

namespace FleetBridge.Tests.Support;

/// <summary>
/// This machine's Chromium, without a window, with a profile of its own that is gone with it. The one that is built without windows takes
/// half as much of the processors.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>How long it may take to end before it is made to.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    private static readonly string? Found = Find();

    private readonly Process _process;
    private readonly TemporaryFolder _profile;
    private readonly Task<string> _errors;

    private Chromium(Process process, TemporaryFolder profile)
    {
        (_process, _profile) = (process, profile);
        _errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.Close();
    }

    /// <summary>Its file.</summary>
    public static string Program => Found!;

    /// <summary>Whether there is one on the PATH.</summary>
    public static bool IsInstalled => Found is not null;

    public bool HasExited => _process.HasExited;

    /// <summary>Shows a page.</summary>
    /// <param name="address">The page.</param>
    /// <param name="hosts">Names that it shall find at 127.0.0.1, without asking anybody.</param>
    public static Chromium Open(string address, params string[] hosts)
    {
        var profile = new TemporaryFolder();
        var start = new ProcessStartInfo(
            Found!,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-breakpad",
                "--no-proxy-server", $"--user-data-dir={profile.Path}",
                $"--host-resolver-rules={string.Join(", ", hosts.Select(host => $"MAP {host} 127.0.0.1"))}",
                address,
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // what it would else leave in the user's and in the temporary folder
        foreach (var name in new[] { "HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME" })
        {
            start.Environment[name] = profile.Path;
        }

        return new Chromium(Process.Start(start)!, profile);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        using (var limit = new CancellationTokenSource(EndLimit))
        {
            await _process.WaitForExitAsync(limit.Token);
        }

        // until the last of its processes has let go of the error stream
        await _errors.WaitAsync(EndLimit);
        _process.Dispose();
        await Eventually.TrueAsync(TryRemoveProfile, "the browser lets go of its profile");
    }

    private bool TryRemoveProfile()
    {
        try
        {
            _profile.Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return new[] { "chromium-headless-shell", "chromium", "chromium-browser" }
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
