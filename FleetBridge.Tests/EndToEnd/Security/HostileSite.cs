using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.EndToEnd.Security;

/// <summary>The web server of <c>HostilePage.html</c>: gives each visit its plan, and keeps what the page reports.</summary>
internal sealed class HostileSite : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly ConcurrentDictionary<string, JsonObject> _plans = [];
    private readonly ConcurrentDictionary<string, JsonObject> _reports = [];
    private readonly string _page = File.ReadAllText(Path.Combine(Repository.Root, "FleetBridge.Tests", "EndToEnd", "Security", "HostilePage.html"));

    private HostileSite() => _server = new LoopbackServer(
        LoopbackSockets.Bind(0),
        AnswerAsync,
        NullLoggerFactory.Instance,
        new RefusalLog(NullLogger.Instance, TimeProvider.System),
        PortLimits.Requests,
        TimeProvider.System,
        writesThrough: false);

    public int Port => _server.Port;

    /// <summary>Called when a page asks for its name to be pointed elsewhere.</summary>
    public Action? Turn { get; set; }

    public static async Task<HostileSite> StartAsync()
    {
        var site = new HostileSite();
        await site._server.StartAsync(CancellationToken.None);
        return site;
    }

    /// <summary>Says what the page does when it is asked for under a name.</summary>
    /// <param name="plan">See the page; its <c>name</c> is the path.</param>
    public void Add(JsonObject plan) => _plans[$"/{plan["name"]}"] = plan;

    /// <summary>What came of each attempt.</summary>
    /// <param name="name">The plan's name.</param>
    /// <returns>Null when the page has not come so far.</returns>
    public JsonObject? ReportOf(string name) => _reports.GetValueOrDefault($"/report/{name}");

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _server.StopAsync(limit.Token);
        _server.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        // each on a connection of its own: the next one may have to lead elsewhere
        context.Response.Headers.Connection = "close";
        var path = context.Request.Path.Value!;
        if (_plans.TryGetValue(path, out var plan))
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync(_page.Replace("/*plan*/", plan.ToJsonString(), StringComparison.Ordinal));
        }
        else if (path.StartsWith("/report/", StringComparison.Ordinal))
        {
            using var reader = new StreamReader(context.Request.Body);
            _reports[path] = JsonNode.Parse(await reader.ReadToEndAsync(context.RequestAborted))!.AsObject();
        }
        else if (path == "/turn")
        {
            Turn?.Invoke();
        }
        else
        {
            await context.Response.WriteAsync(path == "/who" ? "the page's own server" : "");
        }
    }
}
