using System.CommandLine;
using System.Text;
using FleetBridge.Core.Client;
using FleetBridge.Core.Lifetime;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Worker;
using FleetBridge.Options;
using FleetBridge.Serving;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge worker</c>: this machine's servers for a host, until Ctrl-C.</summary>
internal static class WorkerCommand
{
    public const string Name = "worker";

    public static Command Create()
    {
        var options = new WorkerOptions();
        var mesh = new MeshOption();
        var command = new ExampleCommand(
            Name,
            "Run servers on this machine for a host, until Ctrl-C. The servers keep running without the worker, and it finds them again at its next start.",
            "fleetbridge worker",
            "fleetbridge worker --host https://10.0.0.5:9443 --join TOKEN --data /srv/fleetbridge",
            "fleetbridge worker --data ./second --name second --json",
            "fleetbridge worker --mesh amqps://user@broker.example/studio --mesh-key studio.key");
        options.AddTo(command);
        mesh.AddTo(command, forConsumers: false);
        WorkerStateCommands.AddTo(command);
        command.Subcommands.Add(WorkerServiceCommand.Create());
        command.SetAction((parsed, cancellation) => RunAsync(options.Read(parsed), mesh.Read(parsed), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(WorkerChoices choices, MeshChoice? mesh, CancellationToken cancellation)
    {
        if (mesh is not null)
        {
            CheckMesh(mesh);
        }

        using var hangup = new HangupHandler(cancellation);
        using var port = LoopbackSockets.Bind(0);
        await using var log = BridgeLog.Open(choices.Log, TimeProvider.System);
        try
        {
            await using var worker = await WorkerHost.StartAsync(
                choices.Worker with { Signals = hangup.Token }, port, log, TimeProvider.System).ConfigureAwait(false);
            Console.Out.WriteLine(choices.Json ? AnnounceJson(worker, choices.Worker) : Announce(worker, choices.Worker, log.FilePath));
            var stopped = worker.WaitForStopAsync();
            await (mesh is null ? stopped : OnMeshAsync(mesh, worker, choices.Worker.TokenFile, log, stopped)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (hangup.Token.IsCancellationRequested)
        {
            // before it was known to its host
        }

        return (int)ExitCode.Success;
    }

    private static void CheckMesh(MeshChoice choice) => MeshMember.Check(choice);

    /// <summary>The worker on the mesh, until it stops.</summary>
    private static async Task OnMeshAsync(MeshChoice choice, WorkerHost worker, string tokenFile, BridgeLog log, Task stopped)
    {
        await using var member = MeshMember.OfWorker(choice, worker.Port, tokenFile, log, TimeProvider.System);
        await member.StartAsync(CancellationToken.None).ConfigureAwait(false);
        await stopped.ConfigureAwait(false);
    }

    /// <summary>The line by which programs know a worker.</summary>
    private static string AnnounceJson(WorkerHost worker, WorkerHostOptions options) => Encoding.UTF8.GetString(RestingJson.Write(json =>
    {
        json.WriteString("name", ProgramInfo.Name);
        json.WriteString("version", ProgramInfo.Version);
        json.WriteString("worker_id", worker.WorkerId);
        json.WriteNumber("port", worker.Port);
        json.WriteString("token_file", options.TokenFile);
        json.WriteNumber("pid", Environment.ProcessId);
        json.WriteString("host_fingerprint", worker.Fingerprint);
    }));

    private static string Announce(WorkerHost worker, WorkerHostOptions options, string? logFile)
    {
        var text = new StringBuilder();
        text.AppendLine($"{ProgramInfo.Name} {ProgramInfo.Version} runs servers on this machine as worker {VisibleText.Of(worker.WorkerId)}.");
        text.AppendLine($"  host         {options.Host.Http}");
        if (worker.Fingerprint is { } fingerprint)
        {
            text.AppendLine($"  certificate  {fingerprint} (compare with 'fleetbridge host token' there)");
        }

        text.AppendLine($"  private API  http://127.0.0.1:{worker.Port}, token in {options.TokenFile}");
        text.AppendLine($"  log file     {logFile ?? "none: it cannot be written; choose another file with --log-file"}");
        text.Append("Press Ctrl-C to stop the worker; its servers keep running.");
        return text.ToString();
    }
}

/// <summary>What was chosen for a worker.</summary>
/// <param name="Json">Whether to announce the worker as JSON.</param>
/// <param name="Worker">What it is, and whose.</param>
/// <param name="Log">Where its log goes.</param>
internal sealed record WorkerChoices(bool Json, WorkerHostOptions Worker, BridgeLogOptions Log)
{
    /// <summary>The words of a command line that chooses the same.</summary>
    public IEnumerable<string> ToArguments()
    {
        List<string> words = [WorkerCommand.Name, "--host", Worker.Host.Http.OriginalString.TrimEnd('/'), "--data", Worker.DataFolder];
        if (Worker.JoinToken is { } token)
        {
            words.AddRange("--join", token);
        }

        if (Worker.Name is { } name)
        {
            words.AddRange("--name", name);
        }

        return words;
    }
}

/// <summary>The options of <c>worker</c>.</summary>
internal sealed class WorkerOptions
{
    private static readonly string DefaultHost = $"http://127.0.0.1:{DefaultPorts.Host}";

    private readonly Option<string> _host = new("--host")
    {
        Description = "The host's address: its plain port on this machine, or its TLS port on another one.",
        HelpName = "address",
        DefaultValueFactory = _ => DefaultHost,
        CustomParser = result => Grammar.Named(result, "a host")!,
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The worker's own folder: its servers, their logs, and its store. One worker at a time uses it.",
        HelpName = "folder",
        CustomParser = result => Grammar.Named(result, "a folder"),
    };

    private readonly Option<string?> _join = new("--join")
    {
        Description = "The token of 'fleetbridge host token', which a new worker on another machine needs once.",
        HelpName = "token",
        CustomParser = result => Grammar.Named(result, "a token"),
    };

    private readonly Option<string?> _name = new("--name")
    {
        Description = "The worker's name in lists; this machine's name if not set.",
        HelpName = "name",
        CustomParser = result => Grammar.Named(result, "a worker"),
    };

    private readonly Option<string?> _logFile = LogOptions.File();
    private readonly Option<string?> _logLevel = LogOptions.Level();
    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _host, _data, _join, _name, _logFile, _logLevel, _json })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Adds those that a service is started with.</summary>
    public void AddServiceTo(Command command)
    {
        foreach (var option in new Option[] { _host, _data, _join, _name })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was chosen.</summary>
    /// <exception cref="UserException">The host's address is none.</exception>
    public WorkerChoices Read(ParseResult parsed)
    {
        var data = Path.GetFullPath(parsed.GetValue(_data) ?? DefaultFolder);
        return new WorkerChoices(
            parsed.GetValue(_json),
            new WorkerHostOptions
            {
                Host = HostAddress.Parse(parsed.GetValue(_host)!),
                DataFolder = data,
                JoinToken = parsed.GetValue(_join),
                Name = parsed.GetValue(_name),
            },
            new BridgeLogOptions
            {
                File = parsed.GetValue(_logFile) ?? Path.Combine(data, "worker.log"),
                Level = LogOptions.Read(parsed, _logLevel),
            });
    }

    /// <summary>The folder of a worker for which none is named.</summary>
    public static string DefaultFolder => Path.Combine(Core.State.StateFolder.Locate(), "worker");
}
