using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace FleetBridge.Backends.Local;

/// <summary>Starts a host that outlives this program.</summary>
internal static class HostStart
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Starts one and waits until it has announced itself.</summary>
    /// <exception cref="BackendException">It cannot be started; the message says what it wrote.</exception>
    public static async Task RunAsync(BackendContext context)
    {
        var program = Program(context.Settings);
        var arguments = new[]
        {
            "host", "--json", "--detached", "--http-port", context.Settings[LocalSettings.HostHttpPort], "--tls-port",
            context.Settings[LocalSettings.HostTlsPort],
        };
        using var limit = new CancellationTokenSource(Limit, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.Cancellation);
        try
        {
            using var host = Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            try
            {
                var announced = await host.StandardOutput.ReadLineAsync(either.Token).ConfigureAwait(false);
                if (announced is null)
                {
                    var said = await host.StandardError.ReadToEndAsync(either.Token).ConfigureAwait(false);
                    throw new BackendException($"The host did not start: {Plain(said)}", "Stop what uses its ports, or choose others.");
                }
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !context.Cancellation.IsCancellationRequested)
            {
                host.Kill();
                throw new BackendException($"The host has not announced itself within {Limit.TotalSeconds:0} s.", "Look into its log file.");
            }
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            throw new BackendException($"The host {program} cannot be started: {exception.Message}", $"Set {LocalSettings.HostPath}.", exception);
        }
    }

    private static string Program(Settings settings)
    {
        if (settings.Find(LocalSettings.HostPath) is { Length: > 0 } named)
        {
            return named;
        }

        // beside the program that has loaded this backend; the process itself may be "dotnet"
        return Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "fleetbridge.exe" : "fleetbridge");
    }

    private static string Plain(string text)
    {
        const string Prefix = "fleetbridge: ";
        var line = new StringBuilder(text.Trim()).Replace('\n', ' ').ToString();
        return line.StartsWith(Prefix, StringComparison.Ordinal) ? line[Prefix.Length..] : line.Length > 0 ? line : "it ended without a word.";
    }
}
