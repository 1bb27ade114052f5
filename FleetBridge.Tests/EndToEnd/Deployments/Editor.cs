using System.Globalization;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>
/// The editor's side of the wire: buttons pressed one at a time over one kept connection, answers read as the engine reads
/// them, and the log beside them.
/// </summary>
internal sealed class Editor : IDisposable
{
    private readonly RawHttp _http;
    private readonly RawWebSocket _log;
    private readonly int _port;
    private readonly string _query;
    private readonly ITestOutputHelper _output;

    private Editor(RawHttp http, RawWebSocket log, int port, string query, ITestOutputHelper output) =>
        (_http, _log, _port, _query, _output) = (http, log, port, query, output);

    /// <summary>Opens the log and a connection.</summary>
    /// <param name="httpPort">The bridge's port for requests.</param>
    /// <param name="webSocketPort">The bridge's port for the log.</param>
    /// <param name="query">The settings, from <see cref="Query"/>.</param>
    /// <param name="output">Shows what a person sees.</param>
    public static async Task<Editor> OpenAsync(int httpPort, int webSocketPort, string query, ITestOutputHelper output)
    {
        var log = await RawWebSocket.ConnectAsync(webSocketPort);
        return new Editor(await RawHttp.ConnectAsync(httpPort), log, httpPort, query, output);
    }

    /// <summary>The settings as the plugin writes them: profile, region and prefix as they are, paths percent-encoded between
    /// raw quotes.</summary>
    public static string Query(string profile, string prefix, string packageRoot, string projectRoot = "") =>
        $"profile_name={profile}&region_name=us-west-2&prefix={prefix}&server_package_root=\"{Uri.EscapeDataString(packageRoot)}\""
        + $"&fleet_launch_path=\"{Uri.EscapeDataString(GamePackage.LaunchPath)}\"&project_root=\"{Uri.EscapeDataString(projectRoot)}\"";

    /// <summary>The metadata's components, each with its buttons: name and request path.</summary>
    public async Task<IReadOnlyList<(string Component, IReadOnlyList<(string Name, string Path)> Buttons)>> ReadButtonsAsync()
    {
        var answer = await AskAsync("/metadata");
        Assert.True(IsTrue(answer));
        return
        [
            .. answer["Details"]!["Components"]!.AsArray().Select(component => (
                (string)component!["Name"]!,
                (IReadOnlyList<(string, string)>)[.. component["Requests"]!.AsArray().Select(
                    request => ((string)request!["Name"]!, (string)request["RequestPath"]!))])),
        ];
    }

    /// <summary>Presses a button and waits for its answer.</summary>
    /// <param name="path">Its request path.</param>
    /// <param name="backend">One of the backend's names.</param>
    /// <returns>What the editor shows, the whole answer, and the log's records that had arrived before it.</returns>
    public async Task<(bool Ok, JsonObject Answer, IReadOnlyList<LogRecord> Log)> PressAsync(
        string path, string backend = "aws_backend/1")
    {
        var answer = await AskAsync(path, backend);

        // nothing here waits: what has not arrived by now came after the answer
        IReadOnlyList<LogRecord> log = [.. (await _log.ReadAvailableRecordsAsync()).Select(Read)];
        _output.WriteLine($"[{path}] → {answer["Overall Result"]}");
        foreach (var record in log)
        {
            _output.WriteLine($"    {record.Level,-8} {record.Message}");
        }

        return (IsTrue(answer), answer, log);
    }

    /// <summary>Presses a button, and does not wait.</summary>
    public Task SendAsync(string path, string backend = "aws_backend/1") => _http.SendAsync(
        RawHttp.EngineRequest(_port, $"/{backend}{path}?{_query}"));

    /// <summary>Waits until the first byte of a long answer's body has come.</summary>
    public async Task<string> ReadFirstChunkAsync()
    {
        await _http.ReadHeadAsync();
        return System.Text.Encoding.UTF8.GetString(await _http.ReadChunkAsync());
    }

    /// <summary>The rest of a long answer: how many spaces, and the JSON.</summary>
    public async Task<(int Spaces, JsonObject Answer)> ReadRestAsync()
    {
        var text = "";
        while (await _http.ReadChunkAsync() is { Length: > 0 } chunk)
        {
            text += System.Text.Encoding.UTF8.GetString(chunk);
        }

        return (text.TakeWhile(letter => letter == ' ').Count(), JsonNode.Parse(text)!.AsObject());
    }

    /// <summary>The answer of a button that was pressed without waiting.</summary>
    public async Task<JsonObject> ReadAnswerAsync() => (await _http.ReadResponseAsync()).Json;

    /// <summary>Reads the log until a record has a text.</summary>
    public async Task<LogRecord> ReadLogUntilAsync(string text)
    {
        while (true)
        {
            var record = Read(await _log.ReadRecordAsync());
            _output.WriteLine($"    {record.Level,-8} {record.Message}");
            if (record.Message.Contains(text, StringComparison.Ordinal))
            {
                return record;
            }
        }
    }

    /// <summary>Vanishes without a word, as an editor that is killed.</summary>
    public void Vanish() => _http.Reset();

    /// <summary>How the engine's GetBoolField reads a result.</summary>
    public static bool IsTrue(JsonObject answer)
    {
        var text = (string)answer["Overall Result"]!;
        return new[] { "True", "Yes", "On" }.Contains(text, StringComparer.OrdinalIgnoreCase)
            || (int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number != 0);
    }

    public void Dispose()
    {
        _http.Dispose();
        _log.Dispose();
    }

    private static LogRecord Read(JsonObject record) => new((string)record["level"]!, (string)record["message"]!);

    private async Task<JsonObject> AskAsync(string path, string backend = "aws_backend/1")
    {
        await SendAsync(path, backend);
        var response = await _http.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        Assert.Equal((byte)'{', response.Body[0]);
        return response.Json;
    }
}

/// <summary>A record of the log as the editor shows it.</summary>
internal sealed record LogRecord(string Level, string Message);
