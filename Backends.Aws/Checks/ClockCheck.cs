using System.Globalization;
using Amazon;
using Amazon.Clients.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Backends.Aws.Checks;

/// <summary>
/// Compares this machine's clock with AWS's. Every response of AWS has a date, even one that rejects an unsigned request, so this
/// needs no credentials.
/// </summary>
internal static class ClockCheck
{
    /// <summary>AWS rejects signatures whose time differs by more ("Signature Version 4", Troubleshooting).</summary>
    private static readonly TimeSpan FailLimit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan WarnLimit = TimeSpan.FromMinutes(1);

    private const string Remedy = "Let the system set its time automatically (on Windows: Settings > Time > Sync now).";

    /// <summary>Compares.</summary>
    /// <param name="set">The clients; null when there are no credentials.</param>
    /// <param name="region">The request's region.</param>
    /// <param name="context">The check's clock.</param>
    public static async Task<CheckResult> RunAsync(ClientSet? set, string region, BackendContext context)
    {
        DateTimeOffset? awsTime;
        var started = context.Clock.GetTimestamp();
        try
        {
            awsTime = await GetDateAsync(EndpointOf(set, region), set?.Settings.Authorities, context.Cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new(CheckStatus.Warning,
                "The clock could not be checked, because AWS cannot be reached.", "Fix the network first.");
        }

        if (awsTime is not { } date)
        {
            return new(CheckStatus.Warning,
                "The clock could not be checked: the response in AWS's place has no time.", "Check HTTPS_PROXY and AWS_ENDPOINT_URL.");
        }

        // AWS's date is from a moment between request and response
        var localTime = context.Clock.GetUtcNow() - (context.Clock.GetElapsedTime(started) / 2);
        var skew = localTime - date;
        var difference = $"{Text(skew.Duration())} {(skew > TimeSpan.Zero ? "ahead of" : "behind")} AWS's";
        return skew.Duration() switch
        {
            var off when off > FailLimit => new(CheckStatus.Failed, $"This machine's clock is {difference}; AWS rejects its requests.", Remedy),
            var off when off > WarnLimit => new(CheckStatus.Warning, $"This machine's clock is {difference}.", Remedy),
            _ => new(CheckStatus.Ok, "This machine's clock agrees with AWS's."),
        };
    }

    private static Uri EndpointOf(ClientSet? set, string region)
    {
        var config = set?.SecurityToken.Config
            ?? ClientSettings.OfEnvironment.Apply(new AmazonSecurityTokenServiceConfig(), RegionEndpoint.GetBySystemName(region));
        return new Uri(config.DetermineServiceOperationEndpoint(
            new ServiceOperationEndpointParameters(new GetCallerIdentityRequest())).URL);
    }

    private static async Task<DateTimeOffset?> GetDateAsync(Uri address, CaBundle? authorities, CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = ServiceConfig.ConnectLimit,
            SslOptions = authorities?.Trust ?? new(),
        });
        try
        {
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            return response.Headers.Date;
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException("no connection could be made", exception);
        }
    }

    private static string Text(TimeSpan span) => span.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min")
        : string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s");
}
