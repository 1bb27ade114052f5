using System.Globalization;

namespace FleetBridge.Backends.Local;

/// <summary>Every setting of the local backend, with its default. Those that the editor sends have the names of the AWS backend.</summary>
internal static class LocalSettings
{
    public const string ProjectRoot = "project_root";
    public const string ServerPackageRoot = "server_package_root";
    public const string FleetLaunchPath = "fleet_launch_path";
    public const string FleetLaunchParameters = "fleet_launch_parameters";
    public const string FleetProcesses = "fleet_processes";
    public const string FleetGamePorts = "fleet_game_ports";
    public const string HostHttpPort = "host_http_port";
    public const string HostTlsPort = "host_tls_port";
    public const string HostPath = "host_path";
    public const string GameSessionName = "game_session_name";
    public const string GameSessionPlayers = "game_session_players";
    public const string PlayerId = "player_id";

    private const int MostProcesses = 1000;
    private const int MostPlayers = 200;

    public static IReadOnlyList<Setting> All { get; } =
    [
        new(Setting.PrefixKey, "Distinguishes deployments: names begin with it.", "test1"),
        new("profile_name", "The AWS profile, which this machine does not need."),
        new("region_name", "The AWS region, which this machine does not need."),
        new(ProjectRoot, "The Unreal project's folder."),
        new(ServerPackageRoot, "The folder of the packaged server."),
        new(FleetLaunchPath, "The server's executable as GameLift would start it: /local/game/… and C:/game/… are the package's folder."),
        new(FleetLaunchParameters, "The server's command line; -port= is added.", "-WithGameLift"),
        new(FleetProcesses, "How many game servers run at a time.", "1") { Validate = value => NumberProblem(value, 1, MostProcesses) },
        new(FleetGamePorts, "The UDP ports on which they accept players; 0 for any free ones.", "7777-7876"),
        new(HostHttpPort, "The host's plain port.", "9080") { Validate = value => NumberProblem(value, 1, ushort.MaxValue) },
        new(HostTlsPort, "The host's port with TLS.", "9443") { Validate = value => NumberProblem(value, 1, ushort.MaxValue) },
        new(HostPath, "The fleetbridge program that becomes the host; this one if not set."),
        new(GameSessionName, "The game session's name.", "[prefix]-session"),
        new(GameSessionPlayers, "How many players it takes.", "8") { Validate = value => NumberProblem(value, 1, MostPlayers) },
        new(PlayerId, "The player for whom the connect string is.", "[prefix]-player"),
    ];

    /// <summary>A validated number.</summary>
    public static int Number(this Settings settings, string key) => int.Parse(settings[key], CultureInfo.InvariantCulture);

    private static string? NumberProblem(string value, int lowest, int highest) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest
            ? null
            : $"is not a number from {lowest} to {highest}";
}
