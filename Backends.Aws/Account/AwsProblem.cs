using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using Amazon.Clients.Runtime;
using Amazon.Runtime;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>What went wrong with AWS, in words that a user can act on.</summary>
internal static partial class AwsProblem
{
    private const int LongestMessage = 500;
    private const string OtherRegion = "Choose one such as us-west-2 in the plugin's settings (AWSRegion, or --region-name).";

    /// <summary>Whether the credentials themselves were refused, so that they have to be read anew.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool IsAboutCredentials(Exception exception) =>
        exception is AmazonServiceException { ErrorCode: { } code }
            ? AwsErrorCodes.Expired.Contains(code) || AwsErrorCodes.UnknownKey.Contains(code) || AwsErrorCodes.WrongSignature.Contains(code)
            : exception is AmazonClientException;

    /// <summary>Explains what was thrown.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="set">The clients in use.</param>
    /// <returns>The explanation; null when this is no trouble with AWS.</returns>
    public static BackendException? Explain(Exception exception, ClientSet set) => exception switch
    {
        BackendException => null,
        _ when ServiceFailure.IsUnreachable(exception) => Unreachable(exception, set),
        AmazonUnmarshallingException or JsonException or XmlException
            or HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => NotAws(set),
        AmazonServiceException { ErrorCode.Length: > 0 } service => Refused(service, set),
        AmazonServiceException { StatusCode: >= HttpStatusCode.Ambiguous } => NotAws(set),
        _ when ServiceFailure.IsSilence(exception) => new BackendException(
            $"AWS was reached in {set.Region.SystemName}, but gave no answer within {ServiceConfig.ResponseLimit.TotalSeconds:0} s.",
            "Try it again; if it stays so, look at the network and at health.aws.amazon.com.", exception),
        AmazonServiceException or HttpRequestException or IOException { InnerException: SocketException } => Lost(exception),
        AmazonClientException client => NoCredentials(client, set),
        _ => null,
    };

    private static BackendException Refused(AmazonServiceException exception, ClientSet set)
    {
        var code = exception.ErrorCode;
        var from = $"of {Named(set)}";
        if (AwsErrorCodes.Expired.Contains(code))
        {
            return new($"The AWS credentials {from} have expired ({code}).", Renew(set));
        }

        if (AwsErrorCodes.UnknownKey.Contains(code))
        {
            return new($"AWS does not know the access key {from} ({code}).",
                $"It was deleted, or belongs to another partition, or the region {set.Region.SystemName} has to be enabled in the "
                + $"account first. {Renew(set)}");
        }

        if (AwsErrorCodes.WrongSignature.Contains(code))
        {
            if (IsAboutRegion().IsMatch(exception.Message))
            {
                return new($"AWS has no region {set.Region.SystemName} ({code}).", OtherRegion);
            }

            // AWS's own message would repeat the signed headers, the session token among them.
            return code == "RequestTimeTooSkewed" || IsAboutTime().IsMatch(exception.Message)
                ? new($"This machine's clock is off: AWS refuses the time of the request ({code}).",
                    "Let the system set its time by itself (on Windows: Settings > Time > Sync now), then try again.")
                : new($"AWS refuses the signature {from} ({code}): the secret key does not belong to the access key.", Renew(set));
        }

        if (AwsErrorCodes.Denied.Contains(code))
        {
            return Forbidden(exception, set);
        }

        if (AwsErrorCodes.Throttled.Contains(code))
        {
            return new($"AWS is asked too often in this account just now ({code}); all retries were refused too.",
                "Wait a minute and try again: it goes on where it stopped.");
        }

        return (int)exception.StatusCode >= 500
            ? new($"AWS has trouble itself: {code}, {Message(exception)} (request {exception.RequestId}).",
                "Try again in a few minutes; health.aws.amazon.com tells what is known.", exception)
            : Unknown(exception);
    }

    private static BackendException Forbidden(AmazonServiceException exception, ClientSet set)
    {
        var action = DeniedAction().Match(exception.Message);
        return action.Success
            ? new($"The identity of {Named(set)} may not do {action.Groups["action"].Value} ({exception.ErrorCode}): {Message(exception)}",
                $"Let an administrator of the account allow {action.Groups["action"].Value} for it; docs/security.md lists all that "
                + "FleetBridge needs.")
            : new($"The identity of {Named(set)} may not do that ({exception.ErrorCode}): {Message(exception)}",
                "Let an administrator of the account allow it; docs/security.md lists all that FleetBridge needs.");
    }

    private static BackendException Unknown(AmazonServiceException exception) => new(
        $"AWS refuses it: {exception.ErrorCode}, {Message(exception)} (request {exception.RequestId}).",
        "The message is AWS's own; the log has what was being done.",
        exception);

    private static BackendException Unreachable(Exception exception, ClientSet set)
    {
        // a name that the SDK does not know may still be that of a new region
        var known = set.Region.DisplayName != "Unknown";
        var cause = Innermost(exception) is TimeoutException
            ? $"nothing answered within {ServiceConfig.ConnectLimit.TotalSeconds:0} s"
            : Innermost(exception).Message.TrimEnd('.');
        return known || set.HasOwnEndpoint
            ? new($"AWS cannot be reached in {set.Region.SystemName}: {cause}.",
                "Look at the network, the VPN and the proxy (HTTPS_PROXY), then try again.")
            : new($"AWS cannot be reached in {set.Region.SystemName}: {cause}. No region of that name is known.",
                OtherRegion);
    }

    private static BackendException NotAws(ClientSet set) => new(
        $"What answered for AWS in {set.Region.SystemName} is not AWS: its answer has another form.",
        "A proxy or a network's log-in page often does that: open a web page in the browser, or look at HTTPS_PROXY and "
        + "AWS_ENDPOINT_URL.");

    private static BackendException Lost(Exception exception) => new(
        $"The connection to AWS was lost: {Innermost(exception).Message}", "Try it again: it goes on where it stopped.", exception);

    private static BackendException NoCredentials(AmazonClientException exception, ClientSet set) =>
        Inner(exception) is AmazonServiceException { ErrorCode.Length: > 0 } service && Refused(service, set) is { } refused
            ? new($"{Capital(Named(set))} gives no credentials. {refused.Message}", refused.Remedy ?? Renew(set))
            : new($"{Capital(Named(set))} gives no credentials: {Innermost(exception).Message}", Renew(set));

    private static string Renew(ClientSet set) => set.IsProfile
        ? $"Log in again ('aws sso login --profile {set.Source}') or set the keys anew ('aws configure --profile {set.Source}'); "
            + "the next request reads them."
        : "Set the variables anew, and start the bridge (and the editor) again.";

    private static string Named(ClientSet set) => set.IsProfile ? $"the AWS profile '{set.Source}'" : set.Source;

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static Exception? Inner(Exception exception) =>
        exception.InnerException is AmazonClientException client ? Inner(client) : exception.InnerException;

    private static Exception Innermost(Exception exception) => exception.GetBaseException();

    private static string Message(AmazonServiceException exception) => exception.Message.Length <= LongestMessage
        ? exception.Message
        : exception.Message[..LongestMessage] + "…";

    // "Signature expired: 2026… is now earlier than …", "Signature not yet current: …"
    [GeneratedRegex("signature (expired|not yet current)", RegexOptions.IgnoreCase)]
    private static partial Regex IsAboutTime();

    // "Credential should be scoped to a valid region."
    [GeneratedRegex("scoped to a valid region", RegexOptions.IgnoreCase)]
    private static partial Regex IsAboutRegion();

    // "User: arn:… is not authorized to perform: gamelift:CreateBuild on resource: …"
    [GeneratedRegex(@"not authorized to perform:? (?<action>[\w-]+:[\w*]+)")]
    private static partial Regex DeniedAction();
}
