using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>
/// Game servers that host one session in their life and are followed by others, and clients that make sessions, send players in and
/// end them, whatever becomes of the host meanwhile. It notes what must not happen.
/// </summary>
internal sealed class BusyFleet(HostProcess first) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _endingServers = new();
    private readonly ConcurrentDictionary<string, FakeServer> _owners = new();
    private readonly ConcurrentDictionary<string, string> _sessions = new();
    private readonly ConcurrentDictionary<string, string> _players = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly List<Task> _servers = [];
    private readonly List<Task> _clients = [];
    private volatile HostProcess _host = first;
    private int _cycles;

    /// <summary>How often a session was made, played and ended.</summary>
    public int Cycles => Volatile.Read(ref _cycles);

    /// <summary>What must not have happened.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    public void Begin(int servers, int clients)
    {
        _servers.AddRange(Enumerable.Range(0, servers).Select(number => Task.Run(() => KeepServerAsync(number))));
        _clients.AddRange(Enumerable.Range(0, clients).Select(number => Task.Run(() => PlayAsync(number))));
    }

    /// <summary>Goes on with the next host, on the same ports.</summary>
    public void Use(HostProcess host) => _host = host;

    /// <summary>Lets the clients come to an end, and then the servers: a client waits for what its server is answered.</summary>
    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        try
        {
            await Task.WhenAll(_clients);
        }
        finally
        {
            await _endingServers.CancelAsync();
            await Task.WhenAll(_servers);
        }
    }

    /// <summary>Compares what the host says with what its clients were told.</summary>
    public async Task CheckBooksAsync()
    {
        foreach (var (token, id) in _sessions)
        {
            var (status, again) = await _host.CallAsync("CreateGameSession", NewSession(token));
            Assert.Equal((HttpStatusCode.OK, id), (status, (string?)again["GameSession"]!["GameSessionId"]));
        }

        foreach (var (player, session) in _players)
        {
            var (_, players) = await _host.CallAsync("DescribePlayerSessions", new() { ["PlayerSessionId"] = player });
            var (_, sessions) = await _host.CallAsync("DescribeGameSessions", new() { ["GameSessionId"] = session });
            var (state, ended) = ((string?)players["PlayerSessions"]![0]!["Status"], (string?)sessions["GameSessions"]![0]!["Status"]);
            Assert.False(ended == "TERMINATED" && state is "ACTIVE" or "RESERVED", $"{player} is {state} in a session that is {ended}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndAsync();
        }
        catch (Exception exception)
        {
            _violations.Enqueue(exception.ToString());
        }

        _ending.Dispose();
        _endingServers.Dispose();
    }

    private static JsonObject NewSession(string token) => new()
    {
        ["FleetId"] = "fleet-local",
        ["MaximumPlayerSessionCount"] = 2,
        ["IdempotencyToken"] = token,
    };

    private async Task KeepServerAsync(int number)
    {
        var dialect = SdkDialect.All.ElementAt(number % 3);
        for (var life = 0; !_endingServers.IsCancellationRequested; life++)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            string? session = null;
            await using var server = _host.Server(dialect, $"server-{number}-{life}", async (own, push) =>
            {
                if (push.Action == "CreateGameSession")
                {
                    if (Interlocked.CompareExchange(ref session, push.GameSessionId, null) is { } other && other != push.GameSessionId)
                    {
                        _violations.Enqueue($"{own.ProcessId} was given {other} and {push.GameSessionId}");
                    }

                    if (_owners.GetOrAdd(push.GameSessionId!, own) != own)
                    {
                        _violations.Enqueue($"{push.GameSessionId} was given to two servers");
                    }

                    await own.RequestAsync("ActivateGameSession", new() { ["GameSessionId"] = push.GameSessionId });
                }
                else
                {
                    await own.RequestAsync("TerminateServerProcess", []);
                    ended.TrySetResult();
                }
            });
            try
            {
                await RetryAsync(async () =>
                {
                    await server.ReadyAsync();
                    return true;
                }, _endingServers.Token);
                await ended.Task.WaitAsync(_endingServers.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task PlayAsync(int number)
    {
        try
        {
            for (var round = 0; !_ending.IsCancellationRequested; round++)
            {
                await PlayOnceAsync($"client-{number}-{round}");
                Interlocked.Increment(ref _cycles);
            }
        }
        catch (OperationCanceledException)
        {
            // the end
        }
    }

    private async Task PlayOnceAsync(string token)
    {
        var id = await RetryAsync(async () =>
        {
            var (status, json) = await _host.CallAsync("CreateGameSession", NewSession(token), _ending.Token);
            return status == HttpStatusCode.OK ? (string?)json["GameSession"]!["GameSessionId"] : null;
        });
        if (_sessions.GetOrAdd(token, id) != id)
        {
            _violations.Enqueue($"{token} got {_sessions[token]} and {id}");
        }

        await RetryAsync(async () => await StatusAsync(id) == "ACTIVE" ? "" : null);
        var player = await RetryAsync(async () =>
        {
            var (status, json) = await _host.CallAsync("CreatePlayerSession", new() { ["GameSessionId"] = id, ["PlayerId"] = token }, _ending.Token);

            // a reservation whose response was lost takes a slot for a minute: the session is full after two of them
            return status == HttpStatusCode.OK ? (string?)json["PlayerSession"]!["PlayerSessionId"]
                : ((string?)json["__type"])!.EndsWith("GameSessionFullException", StringComparison.Ordinal) ? "" : null;
        });
        if (player.Length > 0)
        {
            _players[player] = id;
            var accepted = await _owners[id].RequestAsync("AcceptPlayerSession", new() { ["GameSessionId"] = id, ["PlayerSessionId"] = player });
            if ((int?)accepted["StatusCode"] != 200)
            {
                _violations.Enqueue($"{player} could not be accepted: {accepted.ToJsonString()}");
            }
        }

        await RetryAsync(async () =>
        {
            var (status, _) = await _host.CallAsync(
                "TerminateGameSession", new() { ["GameSessionId"] = id, ["TerminationMode"] = "TRIGGER_ON_PROCESS_TERMINATE" }, _ending.Token);
            return status == HttpStatusCode.OK ? "" : null;
        });
        await RetryAsync(async () => await StatusAsync(id) == "TERMINATED" ? "" : null);
    }

    private async Task<string?> StatusAsync(string id)
    {
        var (status, json) = await _host.CallAsync("DescribeGameSessions", new() { ["GameSessionId"] = id }, _ending.Token);
        if (status == HttpStatusCode.BadRequest)
        {
            _violations.Enqueue($"{id} was answered, and is not known: {json.ToJsonString()}");
        }

        return (string?)json["GameSessions"]?[0]?["Status"];
    }

    private Task<T> RetryAsync<T>(Func<Task<T?>> tryOnce) => RetryAsync(tryOnce, _ending.Token);

    /// <summary>Tries until it succeeds: the host may be gone at any moment.</summary>
    private static async Task<T> RetryAsync<T>(Func<Task<T?>> tryOnce, CancellationToken ending)
    {
        while (true)
        {
            ending.ThrowIfCancellationRequested();
            try
            {
                if (await tryOnce() is { } done)
                {
                    return done;
                }
            }
            catch (Exception exception) when (!ending.IsCancellationRequested && exception is HttpRequestException or IOException
                or System.Net.Sockets.SocketException or TimeoutException or SdkRefusedException or ObjectDisposedException
                or OperationCanceledException or System.Text.Json.JsonException)
            {
                // the host was killed
            }

            await Task.Delay(Pause, ending);
        }
    }
}
