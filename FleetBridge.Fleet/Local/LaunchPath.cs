namespace FleetBridge.Fleet.Local;

/// <summary>
/// A launch path of GameLift's, such as <c>/local/game/MyGame/Binaries/Linux/MyGameServer</c>: a package's folder on this machine
/// takes the place of the folder in which GameLift unpacks it.
/// </summary>
internal static class LaunchPath
{
    private static readonly string[] GameFolders = ["/local/game/", "C:/game/", "C:\\game\\"];

    /// <summary>Finds the executable on this machine.</summary>
    /// <param name="packageRoot">The package's folder.</param>
    /// <param name="launchPath">The launch path; one that is relative counts from the package's folder.</param>
    /// <returns>The executable, which may be missing, or why there can be none.</returns>
    public static (string? Executable, string? Problem) Resolve(string packageRoot, string launchPath)
    {
        var root = Path.GetFullPath(packageRoot);
        if (!Directory.Exists(root))
        {
            return (null, File.Exists(root) ? $"The package folder {root} is a file, not a folder." : $"The package folder {root} does not exist.");
        }

        var game = Array.Find(GameFolders, folder => launchPath.StartsWith(folder, StringComparison.OrdinalIgnoreCase));
        var inGame = (game is null ? launchPath : launchPath[game.Length..]).Replace('\\', '/');
        if (game is null && (inGame.StartsWith('/') || inGame is [_, ':', ..]))
        {
            return (null, $"The launch path {launchPath} must begin with /local/game/ or C:/game/, where GameLift unpacks a package, or be relative "
                + "to the package's folder.");
        }

        return inGame.Split('/').Any(segment => segment is "" or "." or "..")
            ? (null, $"The launch path {launchPath} contains an empty or a dot segment.")
            : (Path.Combine([root, .. inGame.Split('/')]), null);
    }
}
