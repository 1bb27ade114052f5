using Docker.DotNet;
using FleetBridge.Core.Text;

namespace FleetBridge.Fleet.Containers;

/// <summary>The container engine of this machine.</summary>
/// <param name="options">Which one.</param>
/// <param name="clock">The clock of its silence.</param>
internal sealed class ContainerEngine(ContainerOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>Where the engine is on Linux unless somebody says otherwise.</summary>
    private const string DefaultSocket = "/var/run/docker.sock";

    private static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private DockerClient? _client;

    /// <summary>How it is used.</summary>
    public ContainerOptions Options => options;

    /// <summary>The clock.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Its client.</summary>
    /// <exception cref="DockerConfigurationException">The docker command's settings name no engine.</exception>
    public DockerClient Client
    {
        get
        {
            lock (_lock)
            {
                // no limit of time: some requests are streams. The others have one of their own
                return _client ??= (options.Endpoint is { } endpoint ? new DockerClientBuilder().WithEndpoint(endpoint) : new DockerClientBuilder())
                    .WithTimeout(Timeout.InfiniteTimeSpan).Build();
            }
        }
    }

    /// <summary>Where it is, as far as somebody has said so, with the words before it.</summary>
    public string Place => Address is { Length: > 0 } named ? $" at {VisibleText.Of(named)}" : "";

    /// <summary>The address that the options or the environment name; null when none does.</summary>
    private string? Address => options.Endpoint?.ToString() ?? Environment.GetEnvironmentVariable("DOCKER_HOST");

    /// <summary>Whether it answers.</summary>
    /// <returns>Why not, as a sentence; null when it does.</returns>
    public Task<string?> FindProblemAsync(CancellationToken cancellation) =>
        FindMissingSocket() is { } missing ? Task.FromResult<string?>(DescribeMissing($"{missing} does not exist")) : PingAsync(cancellation);

    /// <summary>
    /// The socket of an engine that cannot be there, since the socket is not. The engine's client, some 10 MiB of the worker's memory, is
    /// loaded only where it may find something.
    /// </summary>
    private string? FindMissingSocket()
    {
        var named = Address;
        if (!OperatingSystem.IsLinux() || (named is null && IsChosenOtherwise()))
        {
            return null;
        }

        var socket = named is null ? DefaultSocket
            : Uri.TryCreate(named, UriKind.Absolute, out var address) && address is { Scheme: "unix", LocalPath: ['/', ..] } ? address.LocalPath
            : null;
        return socket is not null && !File.Exists(socket) ? socket : null;
    }

    /// <summary>Whether the docker command's settings may name an engine.</summary>
    private static bool IsChosenOtherwise() =>
        Environment.GetEnvironmentVariable("DOCKER_CONTEXT") is { Length: > 0 }
        || Directory.Exists(Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker"));

    private async Task<string?> PingAsync(CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(PingLimit, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await Client.System.PingAsync(ending.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"The container engine does not answer within {PingLimit.TotalSeconds:0} s. Start it again.";
        }
        catch (Exception exception) when (IsUnreachable(exception) || exception is DockerApiException or DockerConfigurationException)
        {
            return DescribeMissing(InnermostOf(exception));
        }
    }

    private string DescribeMissing(string reason) =>
        $"There is no container engine{Place} ({VisibleText.Of(reason)}). Install Docker and start it, let the worker's user use its socket, or "
        + "set DOCKER_HOST.";

    /// <summary>Makes a request that is no stream, and gives up after a while.</summary>
    /// <typeparam name="T">The response.</typeparam>
    /// <exception cref="DockerApiException">The engine refuses it.</exception>
    /// <exception cref="TimeoutException">The engine does not answer.</exception>
    public async Task<T> CallAsync<T>(Func<DockerClient, CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(CallLimit, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await call(Client, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The container engine did not answer within {CallLimit.TotalSeconds:0} s.");
        }
    }

    /// <inheritdoc cref="CallAsync{T}"/>
    public Task CallAsync(Func<DockerClient, CancellationToken, Task> call, CancellationToken cancellation) => CallAsync(
        async (client, ending) =>
        {
            await call(client, ending).ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <summary>Whether an error says that the engine cannot be reached, or went away.</summary>
    public static bool IsUnreachable(Exception exception) =>
        exception is HttpRequestException or IOException or System.Net.Sockets.SocketException or TimeoutException or ObjectDisposedException
            or UnauthorizedAccessException;

    /// <summary>What the engine says of an error.</summary>
    public static string TextOf(Exception exception) => VisibleText.Of(
        exception is DockerApiException { ResponseBody: { Length: > 0 } body } ? MessageIn(body) : InnermostOf(exception));

    public void Dispose() => _client?.Dispose();

    private static string MessageIn(string body)
    {
        try
        {
            return System.Text.Json.Nodes.JsonNode.Parse(body)?["message"]?.GetValue<string>().Trim() ?? body;
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException)
        {
            return body;
        }
    }

    private static string InnermostOf(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message.TrimEnd('.');
    }
}
