using FleetBridge.Backends;
using FleetBridge.Core.Hosting;

namespace FleetBridge.Tests.Unit.Hosting;

public sealed class OperationTableTests
{
    [Theory]
    [InlineData("deployment/uploaded_build/check", "check")]
    [InlineData("deployment/uploaded_build_check", "check")]
    [InlineData("deployment/uploaded_build/create", "create")]
    [InlineData("deployment/uploaded_build_create", "create")]
    public void Both_spellings_find_the_operation(string path, string expected)
    {
        var table = Build(out var problems, Made("deployment/uploaded_build"), Made("deployment/build"));
        Assert.Empty(problems);
        Assert.True(table.TryFind(path.Split('/'), out var resource, out var operation));
        Assert.Equal("uploaded_build", resource.Name);
        Assert.Equal(expected, operation.Name);
    }

    [Theory]
    [InlineData("deployment")]
    [InlineData("deployment|uploaded_build")]
    [InlineData("deployment|uploaded_build|")]
    [InlineData("deployment|uploaded_build|delete")]
    [InlineData("deployment|uploaded_build|check|check")]
    [InlineData("deployment|uploaded|build_check")]
    [InlineData("deployment/uploaded_build/check")]
    [InlineData("deployment/uploaded_build|check")]
    [InlineData("deployment|Uploaded_Build|check")]
    [InlineData("")]
    public void Other_paths_find_nothing(string segments)
    {
        var table = Build(out _, Made("deployment/uploaded_build"));
        Assert.False(table.TryFind(segments.Split('|'), out _, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(31 * 24 * 3600)]
    public void Deadline_that_no_timer_takes_is_a_problem(double seconds)
    {
        Build(out var problems, new DeadlineResource(TimeSpan.FromSeconds(seconds)));
        Assert.Contains("The deadline of 'd/late/check' is", Assert.Single(problems), StringComparison.Ordinal);
        Build(out problems, new DeadlineResource(TimeSpan.FromDays(30)));
        Assert.Empty(problems);
    }

    [Fact]
    public void Paths_are_in_the_backends_order()
    {
        var table = Build(out _, Made("d/b", "d/a"), Made("d/a"));
        Assert.Equal(["d/b/check", "d/b/create", "d/a/check", "d/a/create"], table.Paths);
        Assert.Equal(["a", "b"], table.InDependencyOrder.Select(resource => resource.Name));
    }

    [Fact]
    public void Dependencies_come_first_however_deep()
    {
        var table = Build(out var problems, Made("c", "b"), Made("d", "a", "c"), Made("b", "a"), Made("a"));
        Assert.Empty(problems);
        Assert.Equal(["a", "b", "c", "d"], table.InDependencyOrder.Select(resource => resource.Path));
    }

    [Fact]
    public void Circle_is_named_once()
    {
        Build(out var problems, Made("d/a", "d/b"), Made("d/b", "d/c"), Made("d/c", "d/a"));
        Assert.Equal(["Resources depend on each other in a circle: a → b → c → a."], problems);
    }

    [Fact]
    public void Resource_that_depends_on_itself_is_a_circle()
    {
        Build(out var problems, Made("d/a", "d/a"));
        Assert.Equal(["Resources depend on each other in a circle: a → a."], problems);
    }

    [Fact]
    public void Duplicates_and_impossible_names_are_all_reported()
    {
        Build(
            out var problems,
            Made("d/a"),
            Made("d/a"),
            Made("/slash"),
            Made("d/../x"),
            Made("d\\x"),
            new Thing("d/odd", [], [Of("under_score"), Of(""), Of("a/b"), Of("twice"), Of("twice")]),
            Made("d/z", "d/gone"));
        Assert.Contains("Two resources have the path 'd/a'.", problems);
        Assert.Contains("Two operations have the path 'd/a/check'.", problems);
        Assert.Contains("Two operations have the path 'd/odd/twice'.", problems);
        Assert.Contains("'d/z' depends on 'd/gone', which does not exist.", problems);
        Assert.Equal(3, problems.Count(problem => problem.StartsWith("The resource path", StringComparison.Ordinal)));
        Assert.Equal(3, problems.Count(problem => problem.StartsWith("The operation name", StringComparison.Ordinal)));
    }

    private static OperationTable Build(out List<string> problems, params Resource[] resources) =>
        OperationTable.Build(resources, problems = []);

    private static Thing Made(string path, params string[] after) =>
        new(path, after, [Of(Operation.CheckName), Of(Operation.CreateName)]);

    private static Operation Of(string name) =>
        new(name, OperationKind.Read, _ => Task.FromResult(BackendResult.Success()));

    private sealed class Thing(string path, string[] after, Operation[] operations) : Resource
    {
        public override string Path => path;

        public override IReadOnlyList<string> DependsOn => after;

        public override IReadOnlyList<Operation> Operations => operations;
    }

    private sealed class DeadlineResource(TimeSpan deadline) : Resource
    {
        public override string Path => "d/late";

        public override IReadOnlyList<Operation> Operations =>
            [Operation.Check(_ => Task.FromResult(BackendResult.Success())) with { Deadline = deadline }];
    }
}
