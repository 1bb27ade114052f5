using System.Globalization;
using FleetBridge.Tests.EndToEnd.Fleet;
using FleetBridge.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>The sample that publishes a map of an echo server's players: real processes from the player to the browser.</summary>
[Collection(PageSite.Collection)]
public sealed class EchoMapTests(PageSite site) : IDisposable
{
    private readonly TemporaryFolder _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Two_viewers_see_the_players_and_a_new_picture_when_one_moves()
    {
        await using var host = await HostProcess.StartAsync(_state.Path);
        await using var server = EchoServerProcess.Start(host);
        var (session, udp) = await EchoServerProcess.ReserveAsync(host, await EchoServerProcess.CreateSessionAsync(host), "ada");
        using var player = udp;
        await EchoServerProcess.SayAsync(player, (string)session["PlayerSessionId"]!);
        await EchoServerProcess.SayAsync(player, "at 0 0");

        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var ending = new CancellationTokenSource();
        var watching = WatchAsync(client, (int)session["Port"]!, ending.Token);
        using var one = await PictureStream.OpenAsync(client, site.Address, "echo-map", site.NewToken("viewer"));
        using var other = await PictureStream.OpenAsync(client, site.Address, "echo-map", site.NewToken("viewer"));
        var before = await one.NextAsync();
        Assert.Equal(before, await other.NextAsync());
        await EchoServerProcess.SayAsync(player, "at 99 99");
        var after = await one.NextAsync();
        Assert.NotEqual(before, after);
        Assert.Equal(after, await other.NextAsync());

        await ShowAsync();
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    [Fact]
    public async Task Server_that_is_not_there_is_named_with_its_remedy()
    {
        using var client = new HttpClient();
        var port = FreePorts.Take();
        using var response = await client.PostAsync(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{site.HttpPort}/echomap/1/deployment/map/check?echo_server=127.0.0.1:{port}")), null);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Contains($"The echo server at 127.0.0.1:{port} does not respond.", text, StringComparison.Ordinal);
        Assert.Contains("fleetbridge local --executable EchoServer", text, StringComparison.Ordinal);
    }

    /// <summary>The picture in the page, decoded by a real browser: the player's disc is where the player is.</summary>
    private async Task ShowAsync()
    {
        if (!Chromium.IsInstalled)
        {
            return;
        }

        await using var page = await site.OpenAsync();
        await page.Button("Show echo-map").ClickAsync();
        var picture = page.Page.GetByRole(AriaRole.Img, new() { Name = "Live picture echo-map" });
        await Expect(picture).ToHaveJSPropertyAsync("naturalWidth", 480);
        await Expect(picture).ToHaveJSPropertyAsync("naturalHeight", 320);
        var colours = await picture.EvaluateAsync<int[]>(
            """
            (image) => {
                const canvas = new OffscreenCanvas(480, 320).getContext('2d', { willReadFrequently: true });
                canvas.drawImage(image, 0, 0);
                return [...canvas.getImageData(471, 311, 1, 1).data.slice(0, 3), ...canvas.getImageData(9, 9, 1, 1).data.slice(0, 3)];
            }
            """);
        Assert.True(Enumerable.Range(0, 3).All(at => Math.Abs(colours[at] - new[] { 0xFF, 0xB4, 0x54 }[at]) < 24), $"the disc is {string.Join(' ', colours[..3])}");
        Assert.True(colours[3] + colours[4] + colours[5] < 200, $"the ground is {string.Join(' ', colours[3..])}");
        await PageSite.KeepShotAsync(page.Page, "EchoMap");
    }

    private async Task WatchAsync(HttpClient client, int port, CancellationToken ending)
    {
        var address = new Uri(string.Create(
            CultureInfo.InvariantCulture, $"http://localhost:{site.HttpPort}/echomap/1/deployment/map/watch?echo_server=127.0.0.1:{port}&seconds=120"));
        using var response = await client.PostAsync(address, null, ending);
        Assert.Fail($"The watch has ended: {await response.Content.ReadAsStringAsync(ending)}");
    }
}
