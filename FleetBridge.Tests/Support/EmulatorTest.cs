using Amazon.Emulation;

namespace FleetBridge.Tests.Support;

/// <summary>An emulator for each test, and a client that talks to it. At the end the emulator must have had no bug.</summary>
public abstract class EmulatorTest : IAsyncLifetime
{
    internal AwsEmulator Aws { get; private set; } = null!;

    internal SignedClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Aws = await AwsEmulator.StartAsync();
        Client = new SignedClient(Aws);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Aws.DisposeAsync();
        Assert.Empty(Aws.Bugs);
    }
}
