using System.Reflection;
using Backends;
using Backends.Scripting;
using FleetBridge.Hosting;

namespace FleetBridge.Scripting;

/// <summary>Runs a script's own code and takes the backend that comes of it.</summary>
internal static class ScriptEntry
{
    /// <summary>How long that code may take: a backend does its work when it is asked, not when it is loaded.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Makes the backend: what the script's last expression is, or else the one class of it that is a backend.
    /// </summary>
    /// <param name="assembly">The compiled script.</param>
    /// <param name="entry">Where its code begins.</param>
    /// <returns>The backend.</returns>
    /// <exception cref="BackendLoadException">It makes none.</exception>
    public static Backend Create(Assembly assembly, ScriptBuild.Entry entry) =>
        Run(assembly, entry) as Backend ?? FromClass(assembly);

    private static object? Run(Assembly assembly, ScriptBuild.Entry entry)
    {
        using var limit = new CancellationTokenSource(Limit);
        var running = Task.Run(
            () =>
            {
                ScriptGuard.Begin(limit.Token);
                var method = assembly.GetType(entry.Type, throwOnError: true)!
                    .GetMethod(entry.Method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
                return method.CreateDelegate<Func<object?[], Task<object?>>>()([null, null]);
            },
            CancellationToken.None);
        try
        {
            // longer than the guard: what it ends says so by itself
            return running.Wait(2 * Limit) ? running.Result : throw TooLong();
        }
        catch (AggregateException exception) when (exception.InnerException is OperationCanceledException && limit.IsCancellationRequested)
        {
            throw TooLong();
        }
        catch (AggregateException exception) when (exception.InnerException is { } inner)
        {
            throw new BackendLoadException($"Its code failed: {Logs.ExceptionText.Summary(inner)}{PlaceOf(inner)}", Logs.ExceptionText.Of(inner));
        }
    }

    /// <summary>The script's line at which an exception was thrown.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>Such as <c> (backend.csx, line 12)</c>; empty when no script threw it.</returns>
    public static string PlaceOf(Exception exception)
    {
        foreach (var frame in new System.Diagnostics.StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetFileName() is { } file && file.EndsWith(".csx", StringComparison.OrdinalIgnoreCase) && frame.GetFileLineNumber() > 0)
            {
                return $" ({Path.GetFileName(file)}, line {frame.GetFileLineNumber()})";
            }
        }

        return "";
    }

    private static BackendLoadException TooLong() =>
        new($"Its code did not end within {Limit.TotalSeconds:0} s. A backend does its work in its operations.");

    private static Backend FromClass(Assembly assembly)
    {
        var types = assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Backend)) && !type.IsAbstract).ToList();
        return types switch
        {
            [var type] => (Backend)(Activator.CreateInstance(type, nonPublic: true)
                ?? throw new BackendLoadException($"{type.Name} cannot be made.")),
            [] => throw new BackendLoadException(
                "It makes no backend: end it with an expression that is one, or write one class that derives from Backend."),
            _ => throw new BackendLoadException(
                $"It has several backends ({string.Join(", ", types.Select(type => type.Name))}): end it with an expression that is one."),
        };
    }
}
