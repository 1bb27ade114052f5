using System.Globalization;
using Amazon;
using Amazon.Clients.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Backends.Aws.Checks;

/// <summary>
/// How far is this machine's clock off? Every answer of AWS says AWS's time, also one that refuses an unsigned question, so
/// this needs no credentials.
/// </summary>
internal static class ClockCheck
{
    /// <summary>AWS refuses signatures that are off by more ("Signature Version 4", Troubleshooting).</summary>
    private static readonly TimeSpan FailLimit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan WarnLimit = TimeSpan.FromMinutes(1);

    private const string Remedy = "Let the system set its time by itself (on Windows: Settings > Time > Sync now).";

    /// <summary>Compares.</summary>
    /// <param name="set">The clients; null when there are no credentials.</param>
    /// <param name="context">What the check has in hand.</param>
    public static async Task<CheckResult> RunAsync(ClientSet? set, BackendContext context)
    {
        DateTimeOffset? theirs;
        var asked = context.Clock.GetTimestamp();
        try
        {
            theirs = await AskAsync(AddressOf(set, context), context.Cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new(CheckStatus.Warning,
                "The clock could not be compared with AWS's, since AWS cannot be reached.", "Mend the network first.");
        }

        if (theirs is not { } date)
        {
            return new(CheckStatus.Warning, "What answers for AWS does not say what time it is.", "Look at HTTPS_PROXY and AWS_ENDPOINT_URL.");
        }

        // AWS's time is of some moment while we waited
        var ours = context.Clock.GetUtcNow() - (context.Clock.GetElapsedTime(asked) / 2);
        var skew = ours - date;
        var words = $"{Text(skew.Duration())} {(skew > TimeSpan.Zero ? "ahead of" : "behind")} AWS's";
        return skew.Duration() switch
        {
            var off when off > FailLimit => new(CheckStatus.Failed, $"This machine's clock is {words}: AWS refuses what it signs.", Remedy),
            var off when off > WarnLimit => new(CheckStatus.Warning, $"This machine's clock is {words}.", Remedy),
            _ => new(CheckStatus.Ok, "This machine's clock agrees with AWS's."),
        };
    }

    private static Uri AddressOf(ClientSet? set, BackendContext context)
    {
        var config = set?.SecurityToken.Config ?? new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(context.Settings[AwsSettings.RegionName]),
        };
        return new Uri(config.DetermineServiceOperationEndpoint(
            new ServiceOperationEndpointParameters(new GetCallerIdentityRequest())).URL);
    }

    private static async Task<DateTimeOffset?> AskAsync(Uri address, CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = ServiceConfig.ConnectLimit,
        });
        try
        {
            using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            return answer.Headers.Date;
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException("no connection came about", exception);
        }
    }

    private static string Text(TimeSpan span) => span.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min")
        : string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s");
}
