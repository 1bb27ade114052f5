using FleetBridge.Backends.Files;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends;

public sealed class ProjectPathTests
{
    [Theory]
    [InlineData("Packaged", "/games/My Game", "/games/My Game/Packaged")]
    [InlineData("Packaged/", "/games/My Game/", "/games/My Game/Packaged/")]
    [InlineData("./Packaged/../Server", "/games/a/../b", "/games/b/Server")]
    [InlineData("../Builds", "/games/b", "/games/Builds")]
    [InlineData("/builds/server", "/games/b", "/builds/server")]
    [InlineData("/builds/../server", null, "/server")]
    [InlineData("/builds", "/games/\0", "/builds")]
    [InlineData("D:\\Builds", "/games/b", "D:\\Builds")]
    [InlineData("d:/Builds", "/games/b", "d:/Builds")]
    [InlineData("\\\\server\\share", "/games/b", "\\\\server\\share")]
    [InlineData("Packaged", "E:\\games\\b", "E:\\games\\b/Packaged")]
    [InlineData("/builds", "E:\\games\\b", "/builds")]
    [InlineData("", "/games/b", "")]
    public void Path_counts_from_the_project_and_those_of_windows_stay_as_they_are(string path, string? project, string expected)
    {
        Requires.Unix();
        Assert.Equal(expected, ProjectPath.Resolve(path, project));
    }

    [Fact]
    public void Without_a_project_the_current_folder_counts()
    {
        Assert.Equal(Path.GetFullPath("Packaged"), ProjectPath.Resolve("Packaged", null));
        Assert.Equal(Path.GetFullPath("Packaged"), ProjectPath.Resolve("Packaged", ""));
    }
}
