namespace FleetBridge.Logs;

/// <summary>
/// The text of an exception that may be of anybody's type: one whose <c>Message</c> or <c>ToString</c> throws in its turn
/// is no reason to lose an answer, a record, or the thread of a sink.
/// </summary>
internal static class ExceptionText
{
    /// <summary>All of it, with its trace.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>The text.</returns>
    public static string Of(Exception exception) => Make(exception, static exception => exception.ToString());

    /// <summary>Its type and its message.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>One line.</returns>
    public static string Summary(Exception exception) =>
        Make(exception, static exception => $"{exception.GetType().FullName}: {exception.Message}");

    /// <summary>Its type without the namespace, and its message.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>One line.</returns>
    public static string Brief(Exception exception) =>
        Make(exception, static exception => $"{exception.GetType().Name}: {exception.Message}");

    private static string Make(Exception exception, Func<Exception, string> text)
    {
        try
        {
            return text(exception);
        }
        catch (Exception failure)
        {
            return $"{exception.GetType().FullName} (it has no text: {failure.GetType().FullName})";
        }
    }
}
