using System.Text.Json.Nodes;
using System.Threading.Channels;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge server attach</c>: a server's console. Whatever ends it, the server continues.</summary>
internal static class ServerAttachCommand
{
    private const int ShownBefore = 50;
    private const string Pending = "pending";
    private const string Delivered = "delivered";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public static ExampleCommand Create()
    {
        var common = new FleetOptions();
        var id = common.Id("server");
        var command = new ExampleCommand(
            "attach",
            "Open a server's console: what it prints, and lines for its standard input. Ctrl-P Ctrl-Q leaves it; the server keeps running.",
            "fleetbridge server attach s-1a2b",
            "echo save | fleetbridge server attach s-1a2b")
        {
            id,
        };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, host => Console.IsInputRedirected || Console.IsOutputRedirected
            ? SendInputAsync(host, parsed.GetValue(id)!, cancellation)
            : ConverseAsync(host, parsed.GetValue(id)!, cancellation)));
        return command;
    }

    /// <summary>Without a terminal each line of the input is sent, and its end is the end.</summary>
    private static async Task<int> SendInputAsync(FleetClient host, string id, CancellationToken cancellation)
    {
        while (await Console.In.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (await SendAsync(host, id, line, cancellation).ConfigureAwait(false) is { } problem)
            {
                throw new UserException(ExitCode.ResultFalse, problem);
            }
        }

        return 0;
    }

    private static async Task<int> ConverseAsync(FleetClient host, string id, CancellationToken cancellation)
    {
        var server = await host.GetAsync(ServerCommand.PathOf(id), cancellation).ConfigureAwait(false);
        var console = new LineConsole(Console.Out, () => Console.WindowWidth);
        await using var _ = console.ConfigureAwait(false);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var lines = Channel.CreateUnbounded<string>();

        // Ctrl-C is a key here: by habit it would be the server's end, and it must not be
        var treated = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            console.Say(VisibleText.Of($"{id} is {WireJson.Text(server, "state")}. Ctrl-P Ctrl-Q leaves the console; the server keeps running."));
            var following = FollowAsync(host, id, console, ending.Token);
            var sending = SendAllAsync(host, id, lines.Reader, console, ending.Token);
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() => ReadKeys(console, lines.Writer, left)) { IsBackground = true, Name = "keys" }.Start();
            await (await Task.WhenAny(left.Task, following, sending).ConfigureAwait(false)).ConfigureAwait(false);
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(following, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        finally
        {
            Console.TreatControlCAsInput = treated;
        }
    }

    private static void ReadKeys(LineConsole console, ChannelWriter<string> lines, TaskCompletionSource left)
    {
        try
        {
            while (true)
            {
                switch (console.Take(Console.ReadKey(intercept: true), out var entered))
                {
                    case LineEdit.Entered:
                        lines.TryWrite(entered);
                        break;
                    case LineEdit.Interrupted:
                        console.Say("Ctrl-P Ctrl-Q leaves the console. 'fleetbridge server stop' stops the server.");
                        break;
                    case LineEdit.Left:
                        left.TrySetResult();
                        return;
                }
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            // the terminal is gone
            left.TrySetResult();
        }
    }

    private static async Task FollowAsync(FleetClient host, string id, LineConsole console, CancellationToken cancellation)
    {
        try
        {
            using var response = await host.OpenAsync($"{ServerCommand.PathOf(id)}/log?tail={ShownBefore}&follow=true", cancellation).ConfigureAwait(false);
            await using var content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await new EventLines(console).CopyAsync(content, cancellation).ConfigureAwait(false);
            throw new UserException(ExitCode.Unreachable, "The host has ended the log. Attach again; the server keeps running.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw FleetClient.Cut(exception);
        }
        catch (OperationCanceledException)
        {
            // the console was left
        }
    }

    private static async Task SendAllAsync(
        FleetClient host, string id, ChannelReader<string> lines, LineConsole console, CancellationToken cancellation)
    {
        try
        {
            await foreach (var line in lines.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                if (await SendAsync(host, id, line, cancellation).ConfigureAwait(false) is { } problem)
                {
                    console.Say(VisibleText.Of(problem));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the console was left
        }
    }

    /// <returns>Why the line did not reach the server; null when it did.</returns>
    private static async Task<string?> SendAsync(FleetClient host, string id, string line, CancellationToken cancellation)
    {
        JsonNode? command;
        try
        {
            command = await host.CallAsync(
                HttpMethod.Post, $"{ServerCommand.PathOf(id)}/command", new JsonObject { ["type"] = "stdin", ["text"] = line }, cancellation)
                .ConfigureAwait(false);
            using var timer = new PeriodicTimer(PollInterval, TimeProvider.System);
            var path = $"{ServerCommand.PathOf(id)}/command/{Uri.EscapeDataString(WireJson.Text(command, "id") ?? "")}";
            while (WireJson.Text(command, "status") is Pending or Delivered && await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
            {
                command = await host.GetAsync(path, cancellation).ConfigureAwait(false);
            }
        }
        catch (UserException exception)
        {
            return exception.Message;
        }

        return WireJson.Text(command, "status") == "done" ? null
            : $"The line did not reach the server: {WireJson.Text(command, "error") ?? WireJson.Text(command, "status")}";
    }
}
