using Docker.DotNet.Models;
using FleetBridge.Fleet.Containers;
using FleetBridge.Fleet.Installers;

namespace FleetBridge.Tests.Unit.Fleet.Containers;

public sealed class PullProgressTests
{
    private readonly List<InstallProgress> _told = [];

    [Fact]
    public void Progress_is_over_all_layers_whose_sizes_come_late()
    {
        var pull = new PullProgress(new Told(_told));

        pull.Report(Message("a", "Pulling fs layer"));
        pull.Report(Message("b", "Already exists"));
        pull.Report(Message("a", "Downloading", 25, 100));
        pull.Report(Message("c", "Downloading", 50, 200));
        pull.Report(Message("a", "Verifying Checksum"));
        pull.Report(Message("c", "Download complete"));
        pull.Report(Message("a", "Extracting", 10, 100));
        pull.Report(new JSONMessage { Status = "Status: Downloaded newer image for game:1" });

        Assert.Equal(
            [
                new InstallProgress(25, 25, 100, "downloading"),
                new InstallProgress(25, 75, 300, "downloading"),
                new InstallProgress(50, 150, 300, "downloading"),
                new InstallProgress(100, 300, 300, "downloading"),
                new InstallProgress(100, 300, 300, "extracting"),
            ],
            _told);
        Assert.Null(pull.Error);
    }

    [Fact]
    public void Error_in_the_stream_is_kept()
    {
        var pull = new PullProgress(new Told(_told));

        pull.Report(Message("a", "Downloading", 25, 100));
        pull.Report(new JSONMessage { Error = new JSONError { Message = "unknown blob" } });

        Assert.Equal("unknown blob", pull.Error);
    }

    private static JSONMessage Message(string id, string status, long? current = null, long? total = null) => new()
    {
        ID = id,
        Status = status,
        Progress = current is null ? null : new JSONProgress { Current = current, Total = total },
    };

    private sealed class Told(List<InstallProgress> all) : IProgress<InstallProgress>
    {
        public void Report(InstallProgress value) => all.Add(value);
    }
}
