using System.Text.Json;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Worker.Api;

namespace FleetBridge.Tests.Unit.Fleet.Servers;

/// <summary>What is written member by member is what the serializer writes.</summary>
public sealed class RestingJsonTests
{
    private static readonly DateTimeOffset Time = new(2026, 5, 4, 10, 11, 12, 345, 678, TimeSpan.Zero);

    public static TheoryData<bool> Both => [true, false];

    [Theory]
    [MemberData(nameof(Both))]
    public void Hello_is_that_of_the_serializer(bool isFull)
    {
        var hello = new WorkerHello { WorkerId = "w<1>", Name = "ä", Version = "1", BootId = "b", IsFrozen = isFull };
        if (isFull)
        {
            hello = hello with
            {
                Address = "10.0.0.1",
                ApiUrl = "http://127.0.0.1:1",
                CanInstall = ["folder"],
                CannotInstall = new Dictionary<string, string> { ["docker"] = "There is \"none\"." },
                Servers = [new ObservedServer { Id = "s", State = ServerState.Ready, Pid = 1, StartedAt = Time }],
            };
        }

        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(hello, ServerJson.Default.WorkerHello), RestingJson.Write(hello));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Health_is_that_of_the_serializer(bool isFull)
    {
        var health = isFull
            ? new WorkerHealth { CpuPercent = 1.5, MemoryBytes = 2, DiskFreeBytes = 3, Servers = [new("s", 0.1, 4), new("t", null, null)] }
            : new WorkerHealth();
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(health, ServerJson.Default.WorkerHealth), RestingJson.Write(health));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Status_is_that_of_the_serializer(bool isFull)
    {
        var status = new WorkerStatus { Id = "w", Status = WorkerState.Alive, Servers = [] };
        if (isFull)
        {
            status = status with
            {
                Status = WorkerState.Frozen,
                CpuPercent = 1,
                Servers = [new("s", 0.1, 4)],
                HostLink = new HostLinkStatus
                {
                    ConnectedSince = Time,
                    Attempts = 1,
                    NextTryAt = Time,
                    LastEnd = "cut",
                    Unacknowledged = 2,
                    OldestSeconds = 0.25,
                    Refusal = "no",
                },
            };
        }

        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(status, WorkerApiJson.Default.WorkerStatus), status.ToJson());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Desired_servers_are_read(int count)
    {
        var desired = new DesiredServers([.. Enumerable.Range(0, count).Select(number => new DesiredServer
        {
            Id = $"s{number}",
            GameId = GameId.Parse("folder:/game"),
            Configuration = new ServerConfiguration { Executable = "server" },
            ConfigurationVersion = 1,
            DesiredState = DesiredState.Running,
        })]);
        var json = JsonSerializer.SerializeToUtf8Bytes(desired, ServerJson.Default.DesiredServers);
        var read = RestingJson.ReadDesired(json);
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(read, ServerJson.Default.DesiredServers));
    }

    [Fact]
    public void Members_of_a_newer_host_are_passed_over() =>
        Assert.Empty(RestingJson.ReadDesired("""{"new":{"servers":[1]},"servers":[],"more":[2]}"""u8).Servers);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"servers":null}""")]
    [InlineData("""{"servers":[null]}""")]
    [InlineData("""{"servers":[{}]}""")]
    [InlineData("""{"servers":[""")]
    public void Anything_else_is_an_error(string text) =>
        Assert.ThrowsAny<JsonException>(() => RestingJson.ReadDesired(System.Text.Encoding.UTF8.GetBytes(text)));
}
