using System.Text.Json.Serialization;

namespace FleetBridge.Fleet.Servers;

/// <summary>What a server should do.</summary>
[JsonConverter(typeof(SnakeCaseEnum<DesiredState>))]
internal enum DesiredState
{
    Stopped,
    Running,
}

/// <summary>What a server does.</summary>
[JsonConverter(typeof(SnakeCaseEnum<ServerState>))]
internal enum ServerState
{
    Installing,

    Stopped,

    /// <summary>Its process runs and is not ready yet.</summary>
    Starting,

    Ready,

    Stopping,

    /// <summary>It ended without being asked to, and waits for its next try.</summary>
    Crashed,

    /// <summary>It crashed too often, or could not be installed; it waits for a start by somebody.</summary>
    Failed,

    /// <summary>Its worker has not reported for a while.</summary>
    Unknown,
}

/// <summary>The state of a worker.</summary>
[JsonConverter(typeof(SnakeCaseEnum<WorkerState>))]
internal enum WorkerState
{
    Alive,

    /// <summary>It keeps its servers and takes no new ones.</summary>
    Frozen,

    /// <summary>It has stopped its servers and ended.</summary>
    Shutdown,

    /// <summary>Its health reports are missing.</summary>
    Unknown,
}

/// <summary>What a command asks of a server.</summary>
[JsonConverter(typeof(SnakeCaseEnum<CommandType>))]
internal enum CommandType
{
    Start,
    Stop,
    Restart,

    /// <summary>Ends the whole process tree at once.</summary>
    Kill,

    /// <summary>Writes a line to its standard input.</summary>
    Stdin,

    /// <summary>Installs the newest version of its game beside the one that may be running; the next start uses it.</summary>
    Update,
}

/// <summary>How far a command has come.</summary>
[JsonConverter(typeof(SnakeCaseEnum<CommandStatus>))]
internal enum CommandStatus
{
    /// <summary>Stored, and not with the worker yet.</summary>
    Pending,

    /// <summary>With the worker.</summary>
    Delivered,

    Done,

    Failed,

    /// <summary>Its deadline passed before the worker could carry it out.</summary>
    Expired,
}

/// <summary>The step of the stop ladder that ended a server.</summary>
[JsonConverter(typeof(SnakeCaseEnum<StopStep>))]
internal enum StopStep
{
    /// <summary>The stop command on its standard input.</summary>
    Command,

    /// <summary>The configured signal.</summary>
    Signal,

    /// <summary>The kill of its process tree.</summary>
    Kill,
}

/// <summary>How a server's health is found out.</summary>
[JsonConverter(typeof(SnakeCaseEnum<HealthType>))]
internal enum HealthType
{
    /// <summary>The health reports of the GameLift server SDK.</summary>
    Heartbeat,

    /// <summary>Its process runs.</summary>
    Process,

    /// <summary>A TCP port accepts.</summary>
    Tcp,

    /// <summary>A UDP port responds, or at least is not refused.</summary>
    Udp,

    /// <summary>An HTTP GET is answered with a status of 200 to 399.</summary>
    Http,

    /// <summary>A pattern was printed.</summary>
    Log,
}

/// <summary>When a server that ended without being asked to is started again.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RestartPolicy>))]
internal enum RestartPolicy
{
    /// <summary>Whatever its exit code.</summary>
    Always,

    /// <summary>Unless it ended with exit code 0.</summary>
    OnCrash,

    Never,
}
