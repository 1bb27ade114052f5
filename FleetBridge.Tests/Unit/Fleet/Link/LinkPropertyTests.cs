using System.Buffers.Binary;
using CsCheck;
using FleetBridge.Fleet.Link;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Fleet.Link;

public sealed class LinkPropertyTests
{
    private const int Messages = 400;

    private static LinkTimes Hurried => new()
    {
        ShortestWait = TimeSpan.FromMilliseconds(1),
        LongestWait = TimeSpan.FromMilliseconds(2),
        Acknowledge = TimeSpan.FromMilliseconds(2),
    };

    /// <summary>Cuts come after random numbers of messages; some messages of some runs are large, some bounds are narrow.</summary>
    [Fact]
    public Task Random_cuts_lose_double_and_reorder_nothing() => Gen.Select(
        Gen.Int[1, 40].List[0, 25], Gen.Int[1, 64], Gen.Int[0, 3]).SampleAsync(
        async (cuts, bound, size) => await RunAsync(cuts, bound, payload: size == 3 ? 70_000 : 8 + (size * 500)), iter: 25, threads: 2);

    private static async Task RunAsync(List<int> cuts, int bound, int payload)
    {
        var bounds = new LinkBounds { ControlCount = bound };
        await using var rig = await new LinkRig(
            TimeProvider.System,
            LinkRig.Options with { Bounds = bounds, Times = Hurried },
            new LinkServerOptions { Bounds = bounds, Times = Hurried },
            Random.Shared.NextDouble).ConnectAsync();
        var (up, down) = (new List<int>(), new List<int>());
        rig.ServerHandler.Handles = (_, message) => Take(up, message);
        rig.ClientHandler.Handles = (_, message) => Take(down, message);
        var server = rig.Server.Find("w1")!;
        var sending = Task.WhenAll(SendAsync(rig.Client.Server, payload), SendAsync(server, payload));
        var seen = 0;
        foreach (var cut in cuts)
        {
            seen += cut;
            await Eventually.TrueAsync(() => CountOf(up) >= Math.Min(seen, Messages), "more has come");
            rig.Wire.Cut();
        }

        await sending;
        await Eventually.TrueAsync(
            () => CountOf(up) >= Messages && CountOf(down) >= Messages && rig.Client.Status.Unacknowledged + server.Status.Unacknowledged == 0,
            "all have come");
        Assert.Equal(Enumerable.Range(0, Messages), up);
        Assert.Equal(Enumerable.Range(0, Messages), down);
    }

    private static async Task SendAsync(LinkPeer peer, int payload)
    {
        for (var i = 0; i < Messages; i++)
        {
            var message = new byte[payload];
            BinaryPrimitives.WriteInt32LittleEndian(message, i);
            await peer.SendAsync(1, message);
        }
    }

    private static ValueTask Take(List<int> taken, ReadOnlyMemory<byte> message)
    {
        lock (taken)
        {
            taken.Add(BinaryPrimitives.ReadInt32LittleEndian(message.Span));
        }

        return ValueTask.CompletedTask;
    }

    private static int CountOf(List<int> taken)
    {
        lock (taken)
        {
            return taken.Count;
        }
    }
}
