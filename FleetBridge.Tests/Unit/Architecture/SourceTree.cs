using System.Xml.Linq;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FleetBridge.Tests.Unit.Architecture;

/// <summary>Reads from sources which room uses which, and from project files which project references which.</summary>
/// <param name="root">The folder with the projects.</param>
internal sealed class SourceTree(string root)
{
    /// <summary>The projects whose folders are rooms, with the namespace of each.</summary>
    private static readonly Dictionary<string, string> Projects = new()
    {
        ["FleetBridge"] = "FleetBridge",
        ["FleetBridge.Core"] = "FleetBridge.Core",
        ["FleetBridge.Fleet"] = "FleetBridge.Fleet",
        ["FleetBridge.Gateway"] = "FleetBridge.Gateway",
        ["Backends.Aws"] = "FleetBridge.Backends.Aws",
        ["Amazon.Emulation"] = "Amazon.Emulation",
        ["Amazon.Clients/Generator"] = "Amazon.Clients.Generator",
    };

    /// <summary>The room of the files that are in no folder.</summary>
    private const string RootRoom = ".";

    /// <summary>Tests may use everything.</summary>
    private static readonly string[] Unread = ["bin", "obj", "FleetBridge.Tests", "artifacts"];

    /// <summary>Every edge, each with the file that makes it.</summary>
    public IReadOnlyCollection<(string File, Edge Edge)> ReadEdges() =>
        [.. Projects.SelectMany(project => ReadRooms(project.Key, project.Value)), .. ReadReferences()];

    private List<(string File, Edge Edge)> ReadRooms(string project, string projectNamespace)
    {
        var folder = Path.Combine(root, project);
        var rooms = Directory.Exists(folder)
            ? Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)).ToHashSet()
            : [];
        var edges = new List<(string, Edge)>();
        foreach (var file in rooms.Count == 0 ? [] : Files(folder, "*.cs"))
        {
            var segments = Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar);
            var room = $"{project}/{(segments.Length > 1 ? segments[0] : RootRoom)}";
            edges.AddRange(
                from name in NamesIn(File.ReadAllText(file))
                let used = RoomOf(name, projectNamespace, rooms)
                where used is not null && $"{project}/{used}" != room
                select (Relative(file), new Edge(room, $"{project}/{used}")));
        }

        return edges;
    }

    /// <summary>The room that a name such as <c>FleetBridge.Core.Logs.BridgeLog</c> leads into.</summary>
    private static string? RoomOf(string name, string projectNamespace, HashSet<string> rooms) =>
        name.StartsWith(projectNamespace + ".", StringComparison.Ordinal)
        && name[(projectNamespace.Length + 1)..].Split('.')[0] is var room && rooms.Contains(room) ? room : null;

    /// <summary>The namespaces that are imported, and the qualified names in the code.</summary>
    private static IEnumerable<string> NamesIn(string source)
    {
        var nodes = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes(node => node is not QualifiedNameSyntax);
        return nodes.OfType<UsingDirectiveSyntax>().Select(directive => directive.NamespaceOrType.ToString())
            .Concat(nodes.OfType<QualifiedNameSyntax>().Where(name => name.Parent is not BaseNamespaceDeclarationSyntax).Select(name => name.ToString()))
            .Concat(nodes.OfType<MemberAccessExpressionSyntax>().Where(MayBeginWithNamespace).Select(access => access.ToString()))
            .Select(name => name.Replace("global::", "", StringComparison.Ordinal));
    }

    /// <summary>Nearly no access does, and the text of a long chain is costly.</summary>
    private static bool MayBeginWithNamespace(MemberAccessExpressionSyntax access) =>
        access.GetFirstToken().Text is "global" or "FleetBridge" or "Amazon";

    private IEnumerable<(string File, Edge Edge)> ReadReferences() =>
        from file in Files(root, "*.csproj")
        from reference in XDocument.Load(file).Descendants("ProjectReference")
        where (string?)reference.Attribute("ReferenceOutputAssembly") != "false"
        let project = Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/'))
        select (Relative(file), new Edge(Path.GetFileNameWithoutExtension(file), project));

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.GetDirectories(folder).Where(path => !Unread.Contains(Path.GetFileName(path))).SelectMany(path => Files(path, pattern))
            .Concat(Directory.GetFiles(folder, pattern));

    private string Relative(string file) => Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');
}
