using FleetBridge.Fleet.Installers;

namespace FleetBridge.Tests.Unit.Fleet.Installers;

public sealed class InsideLinksTests
{
    [Theory]
    [InlineData("a -> file", "a", null)]
    [InlineData("a -> missing/file", "a", null)]
    [InlineData("sub/a -> ../file", "sub/a", null)]
    [InlineData("sub/a -> ./../sub/../file", "sub/a", null)]
    [InlineData("a -> b; b -> c; c -> file", "a", null)]
    [InlineData("a -> ../file", "a", "points out of the folder")]
    [InlineData("a -> /etc/passwd", "a", "points out of the folder")]
    [InlineData("sub/a -> ../../file", "sub/a", "points out of the folder")]
    [InlineData("a -> sub/../../x", "a", "points out of the folder")]
    // by its names it stays inside; over the link to the top it does not
    [InlineData("x/y/top -> ../..; a -> x/y/top/../z", "a", "points out of the folder")]
    [InlineData("x/y/top -> ../..; a -> x/y/top/z", "a", null)]
    [InlineData("a -> b; b -> a", "a", "points to itself over other links")]
    [InlineData("a -> a", "a", "points to itself over other links")]
    [InlineData("a -> a/x", "a", "points to itself over other links")]
    public void Link_of_a_folder_stays_inside_or_is_refused(string links, string link, string? problem)
    {
        var all = links.Split("; ").Select(pair => pair.Split(" -> ")).ToDictionary(pair => pair[0], pair => pair[1]);

        Assert.Equal(problem, new InsideLinks(all).FindProblem(link));
    }
}
