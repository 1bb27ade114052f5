namespace FleetBridge.Core.Text;

/// <summary>
/// The text of an exception that may be of anybody's type: one whose <c>Message</c> or <c>ToString</c> throws in its turn
/// is no reason to lose a response, a record, or the thread of a sink.
/// </summary>
internal static class ExceptionText
{
    /// <summary>The framework's texts of exceptions within exceptions call themselves for each: thousands would end the process.</summary>
    private const int MostInner = 200;

    /// <summary>All of it, with its trace.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>The text.</returns>
    public static string Of(Exception exception) => Make(exception, static exception => exception.ToString());

    /// <summary>Its type and its message.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>One line.</returns>
    public static string Summary(Exception exception) =>
        Make(exception, static exception => $"{exception.GetType().FullName}: {exception.Message}"

            // which says nothing by itself
            + (exception is TypeInitializationException { InnerException: not null } ? $" ({CauseOf(exception)})" : ""));

    /// <summary>Its type without the namespace, and its message.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>One line.</returns>
    public static string Brief(Exception exception) =>
        Make(exception, static exception => $"{exception.GetType().Name}: {exception.Message}");

    private static string Make(Exception exception, Func<Exception, string> text)
    {
        try
        {
            return IsDeep(exception)
                ? $"{exception.GetType().FullName} (it has no text: more than {MostInner} exceptions, each in the one before; {CauseOf(exception)})"
                : text(exception);
        }
        catch (Exception failure)
        {
            return $"{exception.GetType().FullName} (it has no text: {failure.GetType().FullName})";
        }
    }

    /// <summary>The innermost exception.</summary>
    private static string CauseOf(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return $"the first was {exception.GetType().FullName}: {exception.Message}";
    }

    private static bool IsDeep(Exception exception)
    {
        var level = new List<Exception> { exception };
        for (var depth = 0; level.Count > 0; depth++)
        {
            if (depth > MostInner)
            {
                return true;
            }

            level =
            [
                .. level.SelectMany(one => one is AggregateException many ? many.InnerExceptions : one.InnerException is { } inner ? [inner] : (IEnumerable<Exception>)[])
                    .Distinct(),
            ];
        }

        return false;
    }
}
