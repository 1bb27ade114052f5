using System.Reflection;
using System.Reflection.Metadata;
using System.Runtime.CompilerServices;

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
    public static unsafe IReadOnlyList<string> Find(Assembly assembly) =>
        assembly.TryGetRawMetadata(out var blob, out var length) && MayName(new ReadOnlySpan<byte>(blob, length))
            ? Find(blob, length)
            : [];

    /// <summary>Whether the names are in the metadata at all. Most backends have none of them, and what reads metadata is not loaded for
    /// those.</summary>
    private static bool MayName(ReadOnlySpan<byte> metadata) =>
        metadata.IndexOf("Environment\0"u8) >= 0 && (metadata.IndexOf("Exit\0"u8) >= 0 || metadata.IndexOf("FailFast\0"u8) >= 0);

    /// <summary>Not inlined: only what is in it needs the reader.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe List<string> Find(byte* blob, int length)
    {
        var metadata = new MetadataReader(blob, length);
        var found = new List<string>();
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (IsEnvironment(metadata, member.Parent))
            {
                found.Add(metadata.GetString(member.Name));
            }
        }

        return [.. Methods.Where(found.Contains)];
    }

    private static bool IsEnvironment(MetadataReader metadata, EntityHandle parent) =>
        parent.Kind == HandleKind.TypeReference && metadata.GetTypeReference((TypeReferenceHandle)parent) is var type
        && metadata.StringComparer.Equals(type.Name, nameof(Environment)) && metadata.StringComparer.Equals(type.Namespace, nameof(System));
}
