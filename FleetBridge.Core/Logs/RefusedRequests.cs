using FleetBridge.Core.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Logs;

/// <summary>
/// Logs requests that the web server refuses before they reach the bridge: its response is a bare status, and a person who
/// sees only "400" cannot know that it was the <c>ü</c> in a profile's name.
/// </summary>
internal sealed class RefusedRequests(RefusalLog refusals) : ILogger
{
    /// <summary>Where the server logs them.</summary>
    public const string Category = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";

    private const string InvalidTarget = "Invalid request target";
    private const string InvalidLine = "Invalid request line";
    private const string InvalidHeader = "Invalid request header";

    private const string Hint = " If the editor sent it, check the profile name, the region and the prefix: the editor puts "
        + "them into the address as they are, so they must not contain spaces, control characters or letters outside ASCII.";

    private static readonly string[] HeadReasons =
    [
        InvalidTarget, InvalidLine, InvalidHeader,
        "Malformed request: invalid headers", "Request is missing Host header", "Multiple Host headers", "Invalid Host header",
    ];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var message = exception?.Message ?? formatter(state, exception);
        refusals.Refused(ReasonOf(message), $"A request was refused by the web server: {Describe(message)}");
    }

    /// <summary>Whether a request was refused because of its first line or a header: nothing of a response has been sent then.</summary>
    public static bool IsOfRequestHead(BadHttpRequestException exception) =>
        HeadReasons.Any(reason => exception.Message.StartsWith(reason, StringComparison.Ordinal))
        && !IsBehindBody(exception);

    /// <summary>A trailer of a chunked body is refused in a header's words, but behind the response. Only the place differs.</summary>
    private static bool IsBehindBody(BadHttpRequestException exception) =>
        exception.Message.StartsWith(InvalidHeader, StringComparison.Ordinal)
        && exception.StackTrace?.Contains("TryParseRequest", StringComparison.Ordinal) != true;

    /// <summary>What the server says of a request, with what to do.</summary>
    public static string Describe(string message)
    {
        var reason = ReasonOf(message);
        return $"{ShortText.Of(reason, 300)}.{(reason is InvalidTarget or InvalidLine ? Hint : "")}";
    }

    /// <summary>"Invalid request target: ''": the server does not show what it refused.</summary>
    private static string ReasonOf(string message) => message.Replace(": ''", "", StringComparison.Ordinal).TrimEnd('.');
}
