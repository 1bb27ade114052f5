using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;

namespace FleetBridge.Core.Logs;

/// <summary>Finds the code of backends and scripts on a stack: it is what the bridge has loaded into contexts of their own.</summary>
internal static class BackendFrames
{
    /// <summary>The innermost method of a backend or a script.</summary>
    /// <param name="stack">The stack.</param>
    /// <returns>Null where there is none.</returns>
    public static MethodBase? Find(StackTrace stack) =>
        stack.GetFrames().Select(frame => frame.GetMethod()).FirstOrDefault(method => ContextOf(method) is not null);

    /// <summary>Whose a method is.</summary>
    /// <param name="method">The method, as found.</param>
    /// <returns>Such as <c>The backend aws/1</c>.</returns>
    public static string NameOf(MethodBase method)
    {
        // a context has the backend's title and the generation's number
        var name = ContextOf(method)?.Name ?? "";
        return name.Contains('#', StringComparison.Ordinal) ? $"The backend {name[..name.IndexOf('#', StringComparison.Ordinal)]}" : "A script";
    }

    private static AssemblyLoadContext? ContextOf(MethodBase? method) =>
        method?.Module.Assembly is { } assembly && AssemblyLoadContext.GetLoadContext(assembly) is { } context
        && context != AssemblyLoadContext.Default
            ? context
            : null;
}
