using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Windows;

/// <summary>One Wine for all tests of the release for Windows, which take turns.</summary>
[CollectionDefinition(Name)]
public sealed class WindowsCollection : ICollectionFixture<WindowsFixture>
{
    public const string Name = "windows";
}

/// <summary>The Wine, started with the first test that needs it.</summary>
public sealed class WindowsFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private Wine? _wine;

    /// <summary>Skips the test where the machine lacks something, and makes sure that the Wine runs.</summary>
    internal async Task<Wine> RequireAsync()
    {
        Requires.WindowsRelease();
        await _gate.WaitAsync();
        try
        {
            return _wine ??= await Wine.StartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Dispose();
        if (_wine is not null)
        {
            await _wine.DisposeAsync();
        }
    }
}
