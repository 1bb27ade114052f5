using FleetBridge.Backends.Files;
using FleetBridge.Core.State;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Installers.SteamCmd;

/// <summary>Installs a game with SteamCMD, as an anonymous user. One SteamCMD at a time works in its HOME.</summary>
/// <param name="options">How it is used.</param>
/// <param name="clock">The clock of pauses.</param>
internal sealed partial class SteamCmdInstaller(SteamCmdOptions options, TimeProvider clock) : IInstaller, IDisposable
{
    private const int MostRestarts = 3;
    private const string Loader = "/lib/ld-linux.so.2";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LockInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);

    public string Kind => GameId.SteamCmd;

    public bool IsAvailable(out string reason)
    {
        reason = options.Program is not { } program
            ? $"There is no steamcmd on the PATH. Install it (Debian: the package steamcmd of non-free), or set {SteamCmdOptions.ProgramVariable}."
            : FileStatus.Of(program)?.Kind != FileKind.File
            ? $"{program} is no program: set {SteamCmdOptions.ProgramVariable} to SteamCMD."
            : OperatingSystem.IsLinux() && File.Exists(Path.Combine(Path.GetDirectoryName(program)!, "linux32", "steamcmd")) && !File.Exists(Loader)
            ? $"SteamCMD is a 32-bit program, and this machine has no {Loader}: install its 32-bit libraries (Debian: apt-get install lib32gcc-s1)."
            : "";
        return reason.Length == 0;
    }

    public async Task<Installation> InstallAsync(
        InstallRequest request, IProgress<InstallProgress> progress, ILogger logger, CancellationToken cancellation)
    {
        if (!IsAvailable(out var reason))
        {
            throw new InstallException("no_steamcmd", reason, isRetryable: false);
        }

        progress.Report(new InstallProgress(null, null, null, "waiting for SteamCMD"));
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            OwnFolder.Create(options.Home);
            using var home = await HoldHomeAsync(cancellation).ConfigureAwait(false);
            var isSeeded = await Task.Run(() => TrySeed(request, logger, cancellation), cancellation).ConfigureAwait(false);
            return await new Rounds(this, request, progress, logger) { Validate = isSeeded }.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException exception) when (DiskSpace.IsFull(exception))
        {
            throw DiskSpace.Full($"Steam's app {request.GameId.Identifier}", options.Home, null, request.FreeSpaceFloorBytes);
        }
        catch (Exception exception) when (DiskSpace.IsReadOnly(exception))
        {
            throw new InstallException("not_writable", $"SteamCMD's folder cannot be used: {exception.Message}", isRetryable: false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Another worker may have been given the same folder, or a killed one's SteamCMD may still be ending.</summary>
    private async Task<FileStream> HoldHomeAsync(CancellationToken cancellation)
    {
        var path = Path.Combine(options.Home, "fleetbridge.lock");
        while (true)
        {
            if (LockFile.TryHold(path) is { } held)
            {
                return held;
            }

            await Task.Delay(LockInterval, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>An update begins with a copy of what is installed, so that only what has changed is downloaded. All files are compared
    /// then: the earlier install may be in use.</summary>
    /// <returns>Whether there is a copy.</returns>
    private bool TrySeed(InstallRequest request, ILogger logger, CancellationToken cancellation)
    {
        if (request.PreviousFolder is not { } previous || !SteamManifest.Read(previous, request.GameId.Identifier).IsInstalled)
        {
            return false;
        }

        try
        {
            var game = GameFolder.Read(previous, [.. request.DataFolders.Select(folder => Path.GetFullPath(folder, previous))], cancellation);
            new FolderCopy(game, request, new ProgressMeter(new Progress<InstallProgress>(), game.Length, clock)).Run(cancellation);
            return true;
        }
        catch (Exception exception) when (exception is InstallException or IOException or UnauthorizedAccessException)
        {
            LogNoSeed(logger, exception.Message);
            Empty(request.Folder);
            return false;
        }
    }

    private static void Empty(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } inner)
            {
                inner.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    /// <summary>The attempts of one install.</summary>
    private sealed class Rounds(SteamCmdInstaller installer, InstallRequest request, IProgress<InstallProgress> progress, ILogger logger)
    {
        private readonly string _app = request.GameId.Identifier;
        private SteamCmdLine? _outcome;
        private long? _total;
        private string _lastLine = "";

        /// <summary>Whether all files are compared.</summary>
        public bool Validate { get; set; }

        public async Task<Installation> RunAsync(CancellationToken cancellation)
        {
            var (why, restarts) = ("", 0);
            for (var attempt = 1; attempt <= installer.Options.MostAttempts;)
            {
                var run = await RunOnceAsync(cancellation).ConfigureAwait(false);
                var verdict = SteamCmdVerdict.Of(run, isRepeated: false);
                switch (verdict)
                {
                    case SteamCmdVerdict.Done:
                        return new Installation(run.Manifest.BuildId, run.Manifest.Bytes);
                    case SteamCmdVerdict.Restart when ++restarts <= MostRestarts:
                        continue;
                    case SteamCmdVerdict.Stop stop:
                        throw Stopped(stop);
                }

                var retry = verdict as SteamCmdVerdict.Retry ?? new SteamCmdVerdict.Retry("SteamCMD kept on updating itself");
                if (retry.Why == why)
                {
                    verdict = SteamCmdVerdict.Of(run, isRepeated: true);
                    retry = verdict is SteamCmdVerdict.Stop stop ? throw Stopped(stop) : verdict as SteamCmdVerdict.Retry ?? retry;
                }

                why = retry.Why;
                if (++attempt <= installer.Options.MostAttempts)
                {
                    await PrepareAsync(retry, attempt, cancellation).ConfigureAwait(false);
                }
            }

            throw new InstallException(
                "steamcmd_failed",
                $"Steam's app {_app} could not be installed in {installer.Options.MostAttempts} attempts: {VisibleText.Of(why)}.",
                isRetryable: true);
        }

        private async Task<SteamCmdRun> RunOnceAsync(CancellationToken cancellation)
        {
            (_outcome, _lastLine) = (null, "");
            var arguments = new List<string>
            {
                "+@ShutdownOnFailedCommand", "1", "+@NoPromptForPassword", "1",
                "+force_install_dir", request.Folder, "+login", "anonymous", "+app_update", _app,
            };
            if (Validate)
            {
                arguments.Add("validate");
            }

            arguments.Add("+quit");
            var code = await new SteamCmdProcess(installer.Options.Program!, installer.Options.Home, installer.Clock)
                .RunAsync(arguments, OnLine, cancellation).ConfigureAwait(false);
            return new SteamCmdRun
            {
                ExitCode = code ?? -1,
                IsHung = code is null,
                Outcome = _outcome,
                Manifest = SteamManifest.Read(request.Folder, _app),
                LastLine = _lastLine,
            };
        }

        private void OnLine(string line)
        {
            switch (SteamCmdLine.Parse(line))
            {
                case SteamCmdLine.Progress { Value: var value }:
                    _total = value.Total ?? _total;
                    progress.Report(value);
                    return;
                case { } outcome:
                    _outcome = outcome;
                    break;
            }

            _lastLine = line.Trim();
            LogLine(logger, VisibleText.Of(_lastLine));
        }

        private async Task PrepareAsync(SteamCmdVerdict.Retry retry, int attempt, CancellationToken cancellation)
        {
            Validate |= retry.Validate;
            if (retry.DropManifest && SteamManifest.PathIn(request.Folder, _app) is var manifest && File.Exists(manifest))
            {
                File.Delete(manifest);
            }

            if (!CanWrite())
            {
                throw new InstallException(
                    "not_writable", $"SteamCMD cannot write {request.Folder}: give the worker's user the right to.", isRetryable: false);
            }

            var longest = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(attempt, 10)));
            var pause = installer.Options.Random() * longest;
            LogRetry(logger, VisibleText.Of(retry.Why), attempt, installer.Options.MostAttempts, pause.TotalSeconds);
            progress.Report(new InstallProgress(null, null, _total, $"waiting for attempt {attempt}"));
            await Task.Delay(pause, installer.Clock, cancellation).ConfigureAwait(false);
        }

        private bool CanWrite()
        {
            try
            {
                var file = Path.Combine(request.Folder, ".fleetbridge-can-write");
                File.WriteAllBytes(file, [1]);
                File.Delete(file);
                return true;
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
            {
                return exception is IOException io && !DiskSpace.IsReadOnly(io);
            }
        }

        /// <summary>Download and staging take about twice the app.</summary>
        private InstallException Stopped(SteamCmdVerdict.Stop stop) => stop.Code == "disk_full"
            ? DiskSpace.Full($"Steam's app {_app}", request.Folder, _total * 2, request.FreeSpaceFloorBytes)
            : new InstallException(stop.Code, $"Steam's app {_app} cannot be installed. {VisibleText.Of(stop.Why)}", isRetryable: false);
    }

    private SteamCmdOptions Options => options;

    private TimeProvider Clock => clock;

    [LoggerMessage(Level = LogLevel.Information, Message = "steamcmd: {Line}")]
    private static partial void LogLine(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Why}; attempt {Attempt} of {Most} begins in {Seconds:0.0} s")]
    private static partial void LogRetry(ILogger logger, string why, int attempt, int most, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The update downloads everything, since the installed version was not copied: {Why}")]
    private static partial void LogNoSeed(ILogger logger, string why);
}
