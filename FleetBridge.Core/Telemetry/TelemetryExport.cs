using System.Runtime.CompilerServices;
using FleetBridge.Core.Security;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Telemetry;

/// <summary>
/// Sends metrics and traces to a collector where OpenTelemetry's variables name one. Only then is the SDK loaded, in the
/// background, so that no start waits for it. The bridge continues whether or not the collector responds.
/// </summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/protocol/exporter/ lists the variables.</remarks>
internal sealed partial class TelemetryExport : IAsyncDisposable
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string DisabledVariable = "OTEL_SDK_DISABLED";

    /// <summary>The bridge has to be gone within two seconds of its editor.</summary>
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly string _endpoint;
    private readonly Task<IAsyncDisposable?> _export;
    private int _warned;

    private TelemetryExport(string endpoint, ILoggerFactory loggers, TimeProvider clock)
    {
        _clock = clock;
        _endpoint = Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
            ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped)
            : "an address that cannot be read";
        _logger = loggers.CreateLogger("FleetBridge.Telemetry.TelemetryExport");
        _export = Task.Run(TryMake);
    }

    /// <summary>Begins, where the variables say so.</summary>
    /// <param name="loggers">Where it says that nothing can be sent.</param>
    /// <param name="clock">Limits how long the last of it may take to send.</param>
    /// <returns>The export; null for none.</returns>
    public static TelemetryExport? Begin(ILoggerFactory loggers, TimeProvider clock) =>
        Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } endpoint
        && !string.Equals(Environment.GetEnvironmentVariable(DisabledVariable), "true", StringComparison.OrdinalIgnoreCase)
            ? new TelemetryExport(endpoint, loggers, clock)
            : null;

    /// <summary>Sends what is left, as far as that goes in a second.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await FlushAsync().WaitAsync(FlushLimit, _clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // the collector does not respond: what it has not received is lost with the process
        }
    }

    private async Task FlushAsync()
    {
        if (await _export.ConfigureAwait(false) is { } export)
        {
            await export.DisposeAsync().ConfigureAwait(false);
        }
    }

    private IAsyncDisposable? TryMake()
    {
        try
        {
            return Make();
        }
        catch (Exception exception)
        {
            Warn(exception.Message);
            return null;
        }
    }

    /// <summary>A method of its own: to compile it is to load the SDK's assemblies.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private OtlpProviders Make()
    {
        LoopbackHttp.BypassProxy();
        return new OtlpProviders(FlushLimit, Warn);
    }

    private void Warn(string reason)
    {
        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            LogNotSent(_endpoint, ShortText.Of(reason), EndpointVariable);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Metrics and traces cannot be sent to {Endpoint} ({Reason}). Look at "
        + "{Variable} and at the collector. The bridge works without; this is said once.")]
    private partial void LogNotSent(string endpoint, string reason, string variable);
}
