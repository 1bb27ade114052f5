using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Architecture;

/// <summary>
/// A room is a folder of a project. Which room uses which is written in RoomEdges.txt, so that a new edge is a decision, and no accident.
/// </summary>
public sealed class RoomEdgesTests
{
    private const string SmallTable = """
        FleetBridge.Core/Logs -> Text
        FleetBridge.Core/Hosting -> Logs Text
        """;

    private static EdgeTable Allowed => EdgeTable.Parse(File.ReadAllText(
        Path.Combine(Repository.Root, "FleetBridge.Tests", "Unit", "Architecture", "RoomEdges.txt")));

    [Fact]
    public void Rooms_and_projects_use_each_other_as_the_table_says()
    {
        var problems = Allowed.Compare(new SourceTree(Repository.Root).ReadEdges());
        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public void Table_has_no_circle() => Assert.Equal([], Allowed.FindCircle());

    [Theory]
    [InlineData("using FleetBridge.Core.Hosting;")]
    [InlineData("using static FleetBridge.Core.Hosting.BackendFolder;")]
    [InlineData("using Folder = FleetBridge.Core.Hosting.BackendFolder;")]
    [InlineData("class A { FleetBridge.Core.Hosting.BackendFolder? f; }")]
    [InlineData("class A { object f = global::FleetBridge.Core.Hosting.BackendFolder.Find(); }")]
    public void New_edge_is_named(string source)
    {
        using var tree = SmallTree();
        Write(tree, "FleetBridge.Core/Text/Invented.cs", source);
        Assert.Equal(
            [
                "FleetBridge.Core/Text/Invented.cs uses FleetBridge.Core/Hosting, which FleetBridge.Core/Text does not use so far. "
                + "Cut it, or allow 'FleetBridge.Core/Text -> FleetBridge.Core/Hosting'.",
            ],
            EdgeTable.Parse(SmallTable).Compare(new SourceTree(tree.Path).ReadEdges()));
    }

    [Fact]
    public void New_project_reference_is_named()
    {
        using var tree = SmallTree();
        Write(tree, "Backends/Backends.csproj", """
            <Project><ItemGroup>
              <ProjectReference Include="..\FleetBridge.Core\FleetBridge.Core.csproj" />
              <ProjectReference Include="..\Backends.Aws\Backends.Aws.csproj" ReferenceOutputAssembly="false" />
            </ItemGroup></Project>
            """);
        Assert.Equal(
            ["Backends/Backends.csproj uses FleetBridge.Core, which Backends does not use so far. Cut it, or allow 'Backends -> FleetBridge.Core'."],
            EdgeTable.Parse(SmallTable).Compare(new SourceTree(tree.Path).ReadEdges()));
    }

    [Fact]
    public void Edge_that_no_file_needs_is_named()
    {
        using var tree = SmallTree();
        Assert.Equal(
            ["'FleetBridge.Core/Text -> FleetBridge.Core/Logs' is allowed, and no file needs it: remove it."],
            EdgeTable.Parse($"{SmallTable}\nFleetBridge.Core/Text -> Logs").Compare(new SourceTree(tree.Path).ReadEdges()));
    }

    [Fact]
    public void Circle_among_the_allowed_edges_is_found()
    {
        Assert.Equal(["B", "C", "B"], EdgeTable.Parse("A -> B\nB -> C D\nC -> B").FindCircle());
        Assert.Equal([], EdgeTable.Parse("A -> B\nB -> C D\nC -> D").FindCircle());
    }

    /// <summary>With just the edges of <see cref="SmallTable"/>, and what counts for none: comments, texts, and a room's own names.</summary>
    private static TemporaryFolder SmallTree()
    {
        var tree = new TemporaryFolder();
        Write(tree, "FleetBridge.Core/Logs/A.cs", """
            // using FleetBridge.Core.Hosting;
            using FleetBridge.Core.Logs;
            using FleetBridge.Core.Text;
            using FleetBridge.Corex.Hosting;
            namespace FleetBridge.Core.Logs;
            /// <see cref="FleetBridge.Core.Hosting.BackendFolder"/>
            class A { string s = "FleetBridge.Core.Hosting.BackendFolder"; }
            """);
        Write(tree, "FleetBridge.Core/Hosting/A.cs", """
            namespace FleetBridge.Core.Hosting;
            class A { object s = FleetBridge.Core.Logs.A.Text, t = new FleetBridge.Core.Text.B(); }
            """);
        Write(tree, "FleetBridge.Core/Hosting/obj/A.cs", "using FleetBridge.Core.Deployments;");
        Write(tree, "FleetBridge.Core/Text/A.cs", "using System.Text;");
        return tree;
    }

    private static void Write(TemporaryFolder tree, string file, string text)
    {
        var path = Path.Combine(tree.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
