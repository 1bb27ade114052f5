namespace FleetBridge.Keeper.Protocol;

/// <summary>The names of fields, and the words on the socket: a request is a line, and so is its response.</summary>
internal static class KeeperWords
{
    // the request of a run
    public const string ServerId = "server_id";
    public const string RunId = "run_id";
    public const string Program = "program";
    public const string Argument = "argument";
    public const string Variable = "variable";
    public const string Folder = "folder";
    public const string LogFolder = "log_folder";
    public const string LogCap = "log_cap";
    public const string Floor = "floor";
    public const string Grace = "grace_ms";

    // who runs
    public const string KeeperPid = "keeper_pid";
    public const string KeeperStart = "keeper_start";
    public const string Pid = "pid";
    public const string Start = "start";
    public const string BootId = "boot_id";
    public const string StartedAt = "started_at";
    public const string LogStart = "log_start";

    // how it ended
    public const string Code = "code";
    public const string Signal = "signal";
    public const string OutOfMemory = "oom";
    public const string EndedAt = "ended_at";
    public const string LeftBehind = "left_behind";
    public const string LogEnd = "log_end";
    public const string Dropped = "dropped";

    // the first line of the keeper's standard output
    public const string Begun = "started";
    public const string Failed = "failed ";

    // on the socket
    public const string Watch = "watch";
    public const string Follow = "follow";
    public const string Stdin = "stdin ";
    public const string Send = "signal ";
    public const string Kill = "kill";
    public const string Status = "status";
    public const string Ok = "ok";
    public const string Error = "error ";

    /// <summary>The longest line on the socket.</summary>
    public const int LongestLine = 256 * 1024;
}
