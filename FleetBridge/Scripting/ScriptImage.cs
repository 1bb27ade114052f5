namespace FleetBridge.Scripting;

/// <summary>A compiled script.</summary>
/// <param name="Assembly">The assembly, with its debug information in it, which names the script's own files.</param>
/// <param name="EntryType">The type that holds the script's own code.</param>
/// <param name="EntryMethod">The static method of it that runs that code: takes an <c>object[]</c> of the globals and a
/// place for the script itself, returns a <c>Task&lt;object&gt;</c>.</param>
/// <param name="References">Assemblies that it names with <c>#r</c>, as absolute paths.</param>
internal sealed record ScriptImage(
    byte[] Assembly, string EntryType, string EntryMethod, IReadOnlyList<string> References);

/// <summary>A script that does not compile, or cannot be read.</summary>
/// <param name="message">What is wrong, a line for each error: <c>file(line,column): error CS…: …</c>.</param>
internal sealed class ScriptException(string message) : Exception(message)
{
    /// <summary>What was read or looked for until then.</summary>
    public IReadOnlyCollection<string> Files { get; init; } = [];
}
