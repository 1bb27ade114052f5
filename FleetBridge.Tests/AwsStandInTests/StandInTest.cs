using FleetBridge.Tests.AwsStandIn;

namespace FleetBridge.Tests.AwsStandInTests;

/// <summary>A stand-in for each test, and a client that talks to it. At the end the stand-in must have had no bug.</summary>
public abstract class StandInTest : IAsyncLifetime
{
    internal StandInAws Aws { get; private set; } = null!;

    internal SignedClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Aws = await StandInAws.StartAsync();
        Client = new SignedClient(Aws);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Aws.DisposeAsync();
        Assert.Empty(Aws.Bugs);
    }
}
