using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary>What several programs of one user do with the folder that they share.</summary>
public sealed class StateFolderTests : CliTest
{
    private string Generations => Path.Combine(State, "generations");

    [Fact]
    public async Task Command_beside_a_running_bridge_leaves_the_bridges_copies_alone()
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--backends", Repository.HelloRoot);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/hello/1/metadata")).Status);
        var before = Directory.GetDirectories(Generations);
        Assert.Single(before);
        Assert.Equal(0, (await RunAsync("metadata")).Code);
        Assert.Equal(before, Directory.GetDirectories(Generations));
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/hello/1/deployment/greeting/create")).Status);
    }

    [Fact]
    public async Task Copies_of_a_bridge_that_was_killed_are_swept_by_the_next_command()
    {
        await using (var serving = await ServingProcess.StartOnFreePortsAsync(State))
        {
            Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        }

        Assert.Single(Directory.GetDirectories(Generations));
        Assert.Equal(0, (await RunAsync("metadata")).Code);
        Assert.Empty(Directory.GetDirectories(Generations));
    }

    [Fact]
    public async Task Two_bridges_log_into_the_files_that_they_announce()
    {
        await using var first = await ServingProcess.StartOnFreePortsAsync(State, "--backends", Repository.ProbeRoot);
        await using var second = await ServingProcess.StartOnFreePortsAsync(State, "--backends", Repository.ProbeRoot);
        foreach (var (serving, text) in new[] { (first, "from-the-first"), (second, "from-the-second") })
        {
            await RawHttp.PostAsync(serving.HttpPort, $"/probe/1/deployment/thing/log?text={text}");
            await Eventually.TrueAsync(
                () => Read((string)serving.Announcement["log_file"]!).Contains(text, StringComparison.Ordinal), $"the log has {text}");
        }
    }

    [Fact]
    public async Task Command_whose_log_file_cannot_be_written_says_so_and_works()
    {
        var result = await RunAsync("request", "aws/1/config", "--log-file", Folder.Path);
        Assert.Equal(0, result.Code);
        Assert.Equal("True", (string?)result.Json["Overall Result"]);
        Assert.Contains(Folder.Path, result.Error, StringComparison.Ordinal);
        Assert.Contains("--log-file", result.Error, StringComparison.Ordinal);
    }

    private static string Read(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
