using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Windows;

/// <summary>
/// Backends that are built again while the release for Windows serves them and while others have their files open. What holds a file
/// and what overwrites one are programs of the same Windows: Linux does not ask Wine.
/// </summary>
public sealed class WindowsReloadTests(WindowsFixture fixture, ITestOutputHelper output) : WindowsTest(fixture, output)
{
    private const string Check = "/probe/1/deployment/thing/check";

    /// <summary>Holds a file as a scanner does, so that others may read it and not write it, until its own second file is there.</summary>
    private const string Holder = """
        using (new FileStream(Args[0], FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            Console.WriteLine("held");
            while (!File.Exists(Args[1]))
            {
                await Task.Delay(50);
            }
        }
        """;

    [Fact]
    public async Task Script_that_is_saved_again_is_served()
    {
        using var script = new WordsScript();
        script.Write("return Task.FromResult(Said(\"first\"));");
        await using var serving = await ServeWindowsAsync("--backends", Wine.PathOf(script.Folder.Path));
        Assert.Equal("first", await WordAsync(serving));
        await File.WriteAllTextAsync(Folder["new.csx"], WordsScript.TextOf("return Task.FromResult(Said(\"größer\"));"));
        await CopyAsync(PathOf("new.csx"), Wine.PathOf(script.Path));
        Assert.Equal("größer", await WordAsync(serving));
    }

    [Fact]
    public async Task Assembly_that_is_served_can_be_overwritten_and_deleted()
    {
        var build = BackendBuild.WriteProbe(Folder["backends"], "build-1");
        await using var serving = await ServeWindowsAsync("--backends", PathOf("backends"));
        Assert.Equal("build-1", await BuildAsync(serving));
        BackendBuild.Write(Folder["new"], BackendBuild.Probe("build-2"));
        await CopyAsync(PathOf("new", BackendBuild.ProbeFile), Wine.PathOf(Path.Combine(build, BackendBuild.ProbeFile)));
        Assert.Equal("build-2", await BuildAsync(serving));
        await File.WriteAllTextAsync(Folder["delete.csx"], "Directory.Delete(Args[0], recursive: true);");
        await RunWindowsAsync(0, "script", PathOf("delete.csx"), Wine.PathOf(build));
        Assert.False(Directory.Exists(build));
    }

    [Fact]
    public async Task Assembly_that_others_hold_open_is_reloaded()
    {
        var build = BackendBuild.WriteProbe(Folder["backends"], "build-1");
        await File.WriteAllTextAsync(Folder["hold.csx"], Holder);
        await using var serving = await ServeWindowsAsync("--backends", PathOf("backends"));
        Assert.Equal("build-1", await BuildAsync(serving));

        var file = Wine.PathOf(Path.Combine(build, BackendBuild.ProbeFile));
        await using var holder = Wine.Start(Folder["holder"], ["script", PathOf("hold.csx"), file, PathOf("release")]);
        await holder.WaitForAsync(program => program.Output.Contains("held", StringComparison.Ordinal), "the file is held");
        await File.WriteAllTextAsync(Folder["write.csx"], "File.WriteAllText(Args[0], \"\");");
        var refused = await RunWindowsAsync(1, "script", PathOf("write.csx"), file);
        Assert.Contains("used by another process", refused.Error + refused.Output, StringComparison.Ordinal);

        BackendBuild.Write(build, BackendBuild.Probe("build-2"));
        Assert.Equal("build-2", await BuildAsync(serving));
        Assert.False(holder.HasExited);
        await File.WriteAllTextAsync(Folder["release"], "");
        Assert.Equal(0, (await holder.WaitAsync()).Code);
    }

    private static async Task<string?> WordAsync(ServingProcess serving) => (string?)(await DetailsAsync(serving, WordsScript.Check))["Word"];

    private static async Task<string?> BuildAsync(ServingProcess serving) => (string?)(await DetailsAsync(serving, Check))["Build"];

    private static async Task<System.Text.Json.Nodes.JsonNode> DetailsAsync(ServingProcess serving, string target)
    {
        var response = await RawHttp.PostAsync(serving.HttpPort, target);
        Assert.True(response.Json["Details"] is not null, response.Text);
        return response.Json["Details"]!;
    }

    /// <summary>Overwrites a file by a program of Windows.</summary>
    private async Task CopyAsync(string source, string target)
    {
        await File.WriteAllTextAsync(Folder["copy.csx"], "File.Copy(Args[0], Args[1], overwrite: true);");
        await RunWindowsAsync(0, "script", PathOf("copy.csx"), source, target);
    }
}
