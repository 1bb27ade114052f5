using System.Reflection;
using System.Reflection.Metadata;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Finds calls in a backend's assembly that end the process. None of them shows who has called it, and <see cref="Environment.FailFast(string)"/>
/// leaves no time for a record: so the log names the backend when it is loaded.
/// </summary>
internal static class ProcessEnds
{
    private static readonly string[] Methods = [nameof(Environment.Exit), nameof(Environment.FailFast)];

    /// <summary>Looks.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>The names of the methods of <see cref="Environment"/> that it uses, each once.</returns>
    public static unsafe IReadOnlyList<string> Find(Assembly assembly)
    {
        if (!assembly.TryGetRawMetadata(out var blob, out var length))
        {
            return [];
        }

        var metadata = new MetadataReader(blob, length);
        var members = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => IsEnvironment(metadata, member.Parent)).Select(member => metadata.GetString(member.Name)).ToHashSet();
        return [.. Methods.Where(members.Contains)];
    }

    private static bool IsEnvironment(MetadataReader metadata, EntityHandle parent) =>
        parent.Kind == HandleKind.TypeReference && metadata.GetTypeReference((TypeReferenceHandle)parent) is var type
        && metadata.StringComparer.Equals(type.Name, nameof(Environment)) && metadata.StringComparer.Equals(type.Namespace, nameof(System));
}
