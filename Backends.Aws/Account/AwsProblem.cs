using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using Amazon.Clients.Runtime;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Profiles;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>Explains what the SDK throws, with what to do. The text of a cause that several resources share is the same for all.</summary>
internal static partial class AwsProblem
{
    private const int LongestMessage = 500;
    private const int LongestCode = 100;

    /// <summary>No message of AWS's is longer, and a longer one costs no more than this.</summary>
    private const int MostRead = 64 * 1024;
    private const string OtherRegion = "Choose one such as us-west-2 in the plugin's settings (AWSRegion, or --region-name).";

    /// <summary>Whether AWS rejected the credentials themselves, so that they have to be read again.</summary>
    public static bool IsAboutCredentials(Exception exception) =>
        exception is AmazonServiceException { ErrorCode: { } code }
            ? AwsErrorCodes.Expired.Contains(code) || AwsErrorCodes.UnknownKey.Contains(code) || AwsErrorCodes.WrongSignature.Contains(code)
            : exception is AmazonClientException;

    /// <summary>Explains an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="set">The clients in use.</param>
    /// <returns>The explanation; null when the exception has nothing to do with AWS.</returns>
    public static BackendException? Explain(Exception exception, ClientSet set) => exception switch
    {
        BackendException => null,
        _ when ServiceFailure.IsUnreachable(exception) => Unreachable(exception, set),
        AmazonUnmarshallingException when ServiceFailure.IsSilence(exception) => Silent(exception, set),
        AmazonUnmarshallingException or JsonException or XmlException
            or HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => NotAws(set),
        AmazonServiceException { ErrorCode.Length: > 0 } service => Rejected(service, set),
        AmazonServiceException { StatusCode: >= HttpStatusCode.Ambiguous } => NotAws(set),
        _ when ServiceFailure.IsSilence(exception) => Silent(exception, set),
        AmazonServiceException or HttpRequestException or IOException { InnerException: SocketException } => Lost(exception, set),
        AmazonClientException client => NoCredentials(client, set),
        TypeInitializationException { TypeName: { } type } when type.StartsWith("Amazon.", StringComparison.Ordinal) => new BackendException(
            $"The AWS SDK does not start, because of one of its settings: {Innermost(exception).Message}",
            "Check the variables whose names begin with AWS_, and restart the bridge and the editor.",
            exception),
        _ => null,
    };

    private static BackendException Rejected(AmazonServiceException exception, ClientSet set)
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
                $"It was deleted, it belongs to another partition, or the region {set.Region.SystemName} has to be enabled in the "
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
                ? new($"This machine's clock is wrong: AWS rejects the time of the request ({code}).",
                    "Let the system set its time automatically (on Windows: Settings > Time > Sync now), then try again.")
                : new($"AWS rejects the signature {from} ({code}): the secret key does not belong to the access key.", Renew(set));
        }

        if (AwsErrorCodes.Denied.Contains(code))
        {
            return Forbidden(exception, set);
        }

        if (AwsErrorCodes.Throttled.Contains(code))
        {
            return new($"AWS is throttling this account ({code}); all retries were throttled too.",
                "Wait a minute and try again: it continues where it stopped.");
        }

        return (int)exception.StatusCode >= 500
            ? new(
                $"AWS reports an internal error: {Code(exception, set)}, {Message(exception, set)} "
                + $"(request {Short(exception.RequestId, set, LongestCode)}).",
                "Try again in a few minutes; health.aws.amazon.com shows known problems.", exception)
            : Other(exception, set);
    }

    private static BackendException Forbidden(AmazonServiceException exception, ClientSet set)
    {
        var action = DeniedAction().Match(Message(exception, set));
        return action.Success
            ? new(
                $"The identity of {Named(set)} is not allowed to call {action.Groups["action"].Value} ({Code(exception, set)}): "
                + Message(exception, set),
                $"Ask an administrator of the account to allow {action.Groups["action"].Value}; docs/security.md has the whole policy.")
            : new($"The identity of {Named(set)} is not allowed to do that ({Code(exception, set)}): {Message(exception, set)}",
                "Ask an administrator of the account to allow it; docs/security.md has the whole policy.");
    }

    private static BackendException Other(AmazonServiceException exception, ClientSet set) => new(
        $"AWS rejects the call: {Code(exception, set)}, {Message(exception, set)} (request {Short(exception.RequestId, set, LongestCode)}).",
        "The message is from AWS; the log shows what was being done.",
        exception);

    private static BackendException Unreachable(Exception exception, ClientSet set)
    {
        if (Find<AuthenticationException>(exception) is { } untrusted)
        {
            return Untrusted(untrusted, set);
        }

        // a name that the SDK does not know may be that of a new region
        var known = set.Region.DisplayName != "Unknown";
        var cause = Innermost(exception) switch
        {
            TimeoutException => $"no response within {ServiceConfig.ConnectLimit.TotalSeconds:0} s",

            // the exception's own message may name the address of one service
            SocketException socket => new SocketException((int)socket.SocketErrorCode).Message,
            var innermost => innermost.Message.TrimEnd('.'),
        };
        return known || set.HasOwnEndpoint
            ? new($"AWS cannot be reached in {set.Region.SystemName}: {cause}.",
                "Check the network, the VPN and the proxy (HTTPS_PROXY), then try again.")
            : new($"AWS cannot be reached in {set.Region.SystemName}: {cause}. The region is unknown.",
                OtherRegion);
    }

    private static BackendException Silent(Exception exception, ClientSet set) => new(
        $"AWS was reached in {set.Region.SystemName} but did not respond within {ServiceConfig.ResponseLimit.TotalSeconds:0} s.",
        "Try again; if it happens again, check the network and health.aws.amazon.com.",
        exception);

    /// <summary>TLS has failed: most often because a proxy signs again, and only the studio's machines trust it.</summary>
    private static BackendException Untrusted(AuthenticationException exception, ClientSet set) => new(
        $"AWS cannot be reached in {set.Region.SystemName}: its certificate is not trusted ({exception.GetBaseException().Message.TrimEnd('.')}).",
        (set.Settings.Authorities is null
            ? "If a proxy of your network signs its traffic again, name the proxy's authority (a PEM file) in "
            : "Add the authority that signs your network's traffic to the PEM file of ")
        + $"{CaBundle.Variable}, or of {CaBundle.Key} in the AWS profile{(OperatingSystem.IsLinux() ? ", or of SSL_CERT_FILE" : "")}; "
        + "after a change of a variable, restart the bridge and the editor.",
        exception);

    private static BackendException NotAws(ClientSet set) => new(
        $"The response in {set.Region.SystemName} did not come from AWS: it has another form.",
        "This is often a proxy or a network's login page: open a web page in a browser, and check HTTPS_PROXY and "
        + "AWS_ENDPOINT_URL.");

    private static BackendException Lost(Exception exception, ClientSet set) => new(
        $"The connection to AWS was lost: {Message(Innermost(exception), set)}", "Try again: it continues where it stopped.", exception);

    private static BackendException NoCredentials(AmazonClientException exception, ClientSet set) =>
        Inner(exception) is AmazonServiceException { ErrorCode.Length: > 0 } service && Rejected(service, set) is { } rejected
            ? new($"{Capital(Named(set))} provides no credentials. {rejected.Message}", rejected.Remedy ?? Renew(set))
            : new($"{Capital(Named(set))} provides no credentials: {Message(Innermost(exception), set)}", Renew(set));

    private static string Renew(ClientSet set) => set.IsProfile
        ? $"Log in again ('aws sso login --profile {ShellWords.Quote(set.Source)}') or set the keys again "
            + $"('aws configure --profile {ShellWords.Quote(set.Source)}'); "
            + "the next request uses them."
        : "Set the variables again, and restart the bridge and the editor.";

    private static string Named(ClientSet set) => set.IsProfile ? $"the AWS profile '{set.Source}'" : set.Source;

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static Exception? Inner(Exception exception) =>
        exception.InnerException is AmazonClientException client ? Inner(client) : exception.InnerException;

    private static T? Find<T>(Exception? exception)
        where T : Exception => exception is null or T ? exception as T : Find<T>(exception.InnerException);

    private static Exception Innermost(Exception exception) => exception.GetBaseException();

    /// <summary>AWS's message, with its secrets hidden before it is cut: of half a secret nothing could be recognised. A word is not cut
    /// either, since it may be a secret that only the bridge's patterns know.</summary>
    private static string Message(Exception exception, ClientSet set) => Short(exception.Message, set, LongestMessage);

    private static string Code(AmazonServiceException exception, ClientSet set) => Short(exception.ErrorCode, set, LongestCode);

    private static string Short(string? text, ClientSet set, int longest)
    {
        text ??= "";
        var shown = set.Secrets.Redact(text.Length <= MostRead ? text : text[..MostRead] + "…");
        if (shown.Length <= longest)
        {
            return shown;
        }

        var end = shown.LastIndexOf(' ', longest);
        return shown[..(end > 0 ? end : longest)] + "…";
    }

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
