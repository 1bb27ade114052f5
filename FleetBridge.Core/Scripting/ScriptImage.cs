using System.Reflection;

namespace FleetBridge.Core.Scripting;

/// <summary>A compiled script.</summary>
/// <param name="Assembly">The assembly, with its debug information in it, which names the script's own files.</param>
/// <param name="Entry">Where the script's own code begins.</param>
/// <param name="References">Assemblies that it names with <c>#r</c>, as absolute paths.</param>
internal sealed record ScriptImage(byte[] Assembly, ScriptEntryPoint Entry, IReadOnlyList<string> References)
{
    /// <summary>The native libraries of its packages, for whichever system.</summary>
    public IReadOnlyList<NativeLibraryFile> Natives { get; init; } = [];
}

/// <summary>Where a script's own code begins.</summary>
/// <param name="Type">The type that holds it.</param>
/// <param name="Method">The static method of it that runs it: takes an <c>object[]</c> of the globals and a place for the
/// script itself, returns a <c>Task&lt;object&gt;</c>.</param>
internal sealed record ScriptEntryPoint(string Type, string Method)
{
    /// <summary>Begins it.</summary>
    /// <param name="assembly">The script's assembly, as it is loaded.</param>
    /// <param name="globals">What it may use as its own; null for nothing.</param>
    /// <returns>What it returns.</returns>
    public Task<object?> BeginAsync(Assembly assembly, object? globals)
    {
        var method = assembly.GetType(Type, throwOnError: true)!
            .GetMethod(Method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        return method.CreateDelegate<Func<object?[], Task<object?>>>()([globals, null]);
    }
}

/// <summary>A script that does not compile, or cannot be read.</summary>
/// <param name="message">What is wrong, a line for each error: <c>file(line,column): error CS…: …</c>.</param>
internal sealed class ScriptException(string message) : Exception(message)
{
    /// <summary>What was read or looked for until then.</summary>
    public IReadOnlyCollection<string> Files { get; init; } = [];
}
