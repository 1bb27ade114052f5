using System.Reflection;
using FleetBridge.Backends;
using FleetBridge.Backends.Scripting;
using FleetBridge.Core.Contract;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Scripting;

/// <summary>Runs a script's own code and takes the backend that it returns.</summary>
internal static class ScriptEntry
{
    /// <summary>How long that code may take: a backend does its work when it is asked, not when it is loaded.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Runs code of a script that is being loaded, for as long as that may take.</summary>
    /// <typeparam name="T">The type of its result.</typeparam>
    /// <param name="code">The code.</param>
    /// <param name="clock">Measures it.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="BackendLoadException">It fails, or does not end.</exception>
    public static T WithinLimit<T>(Func<T> code, TimeProvider clock)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        try
        {
            // longer than the guard: what it ends says so by itself
            return ScriptThread.TryRun(Guarded, 2 * Limit, CancellationToken.None, out var made) ? made : throw TooLong();
        }
        catch (Exception exception) when (exception is not BackendLoadException)
        {
            var thrown = exception is TargetInvocationException { InnerException: { } cause } ? cause : exception;
            throw thrown switch
            {
                BackendLoadException => thrown,
                OperationCanceledException when limit.IsCancellationRequested => TooLong(),
                _ => new BackendLoadException($"Its code failed: {ExceptionText.Summary(thrown)}{PlaceOf(thrown)}", ExceptionText.Of(thrown)),
            };
        }

        T Guarded()
        {
            ScriptGuard.Begin(limit.Token);
            return code();
        }
    }

    /// <summary>Creates the backend: the value of the script's last expression, or else an instance of its one class that is a backend.
    /// </summary>
    /// <param name="assembly">The compiled script.</param>
    /// <param name="entry">Where its code begins.</param>
    /// <returns>The backend.</returns>
    /// <exception cref="BackendLoadException">It returns none.</exception>
    public static Backend Create(Assembly assembly, ScriptEntryPoint entry) =>
        entry.BeginAsync(assembly, globals: null).GetAwaiter().GetResult() as Backend ?? FromClass(assembly);

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
        new($"Its code did not end within {Limit.TotalSeconds:0} s. Do the work in operations, not while loading.");

    private static Backend FromClass(Assembly assembly)
    {
        var types = assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Backend)) && !type.IsAbstract).ToList();
        return types switch
        {
            [var type] => (Backend)(Activator.CreateInstance(type, nonPublic: true)
                ?? throw new BackendLoadException($"{type.Name} cannot be created.")),
            [] => throw new BackendLoadException(
                "The script returns no backend: end it with an expression that is one, or write one class that derives from Backend."),
            _ => throw new BackendLoadException(
                $"The script has several backends ({string.Join(", ", types.Select(type => type.Name))}): end it with the one to use."),
        };
    }
}
