using System.Collections.Concurrent;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Store;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Store;

/// <summary>The store in PostgreSQL, and what several hosts do with one.</summary>
public sealed class PostgresStoreTests : FleetStoreTests, IClassFixture<PostgresServerFixture>, IAsyncLifetime
{
    private const string CutEverybody =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    private readonly PostgresServer _server;
    private readonly ConcurrentQueue<string> _lost = new();
    private string _address = "";

    public PostgresStoreTests(PostgresServerFixture fixture)
    {
        Requires.Postgres();
        _server = fixture.Server;
    }

    public async ValueTask InitializeAsync() => _address = await _server.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_second_host_waits_and_takes_over_with_everything_when_the_first_one_ends()
    {
        var states = new ConcurrentQueue<bool>();
        Task<FleetControl> second;
        await using (var first = await OpenAsync())
        {
            second = OpenStandbyAsync(states.Enqueue);
            await Eventually.TrueAsync(() => states.Contains(true), "the second one is a standby");
            await FillAsync(first);
            Assert.False(second.IsCompleted);
        }

        await using var fleet = await second;

        Assert.Equal([true, false], states);
        Assert.Equal(1, fleet.Read(model => model.PlacedServers.Count));
    }

    [Fact]
    public async Task A_connection_that_was_cut_is_made_again_and_the_lock_with_it()
    {
        await using var fleet = await OpenAsync();
        await ExecuteAsync(CutEverybody);

        await Eventually.TrueAsync(() => CanWriteAsync(fleet), "it is written again");

        Assert.Empty(_lost);
        using var stop = new CancellationTokenSource();
        var states = new ConcurrentQueue<bool>();
        var second = OpenStandbyAsync(states.Enqueue, stop.Token);
        await Eventually.TrueAsync(() => states.Contains(true), "the lock is held again");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task A_host_whose_store_was_taken_over_writes_nothing_more_and_is_told()
    {
        await using var first = await OpenAsync();
        var states = new ConcurrentQueue<bool>();
        var waiting = OpenStandbyAsync(states.Enqueue);
        await Eventually.TrueAsync(() => states.Contains(true), "the second one is a standby");

        // the standby's own connection stays
        await ExecuteAsync(
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            + "WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()");
        await using var second = await waiting;

        await Eventually.TrueAsync(() => !_lost.IsEmpty, "the first one is told");
        Assert.False(await CanWriteAsync(first));
        Assert.True(await CanWriteAsync(second));
        Assert.Contains("taken over", _lost.First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://me:se%40cret@db.example:6432/fleet?sslmode=require", "postgres://me@db.example:6432/fleet")]
    [InlineData("postgresql://db.example/fleet", "postgres://db.example:5432/fleet")]
    public void A_password_is_never_shown(string address, string shown)
    {
        var parsed = PostgresAddress.Parse(address);

        Assert.Equal(shown, parsed.Shown);
    }

    [Theory]
    [InlineData("postgres://")]
    [InlineData("postgres://h/d?sslmode=perhaps")]
    [InlineData("postgres://h/d?host=/tmp")]
    public void A_wrong_address_is_refused(string address) => Assert.Throws<FleetStoreException>(() => PostgresAddress.Parse(address));

    private protected override IFleetStore Open() => PostgresFleetStore.Open(
        PostgresAddress.Parse(_address), _ => { }, _lost.Enqueue, Log, TimeProvider.System, TestContext.Current.CancellationToken);

    private protected override Task ExecuteAsync(string sql) => PostgresServer.ExecuteAsync(_address, sql);

    private Task<FleetControl> OpenStandbyAsync(Action<bool> standby, CancellationToken cancellation = default) => FleetControl.OpenAsync(
        new FleetControlOptions(),
        () => PostgresFleetStore.Open(PostgresAddress.Parse(_address), standby, _ => { }, Log, TimeProvider.System, cancellation),
        Log,
        TimeProvider.System,
        CancellationToken.None);

    private static async Task<bool> CanWriteAsync(FleetControl fleet)
    {
        try
        {
            await fleet.ChangeAsync(model => model.JoinTokens.Set(new JoinToken($"{Guid.NewGuid()}", model.Now, model.TakeNumber())));
            return true;
        }
        catch (FleetException)
        {
            return false;
        }
    }
}

/// <summary>One PostgreSQL for the tests of a class.</summary>
public sealed class PostgresServerFixture : IAsyncLifetime
{
    internal PostgresServer Server { get; } = new();

    public ValueTask InitializeAsync() => Server.InitializeAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
