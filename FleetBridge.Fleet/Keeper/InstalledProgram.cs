using FleetBridge.Core.Text;
using FleetBridge.Fleet.Running;

namespace FleetBridge.Fleet.Keeper;

/// <summary>The executable of an install: it, and every link on the way to it, stays in the install's folder.</summary>
internal static class InstalledProgram
{
    private const int MostLinks = 40;

    /// <summary>Finds it.</summary>
    /// <param name="install">The folder.</param>
    /// <param name="relative">The configuration's path.</param>
    /// <returns>The absolute path, without links.</returns>
    /// <exception cref="StartException">It is not there, or leads out of the folder.</exception>
    public static string Resolve(string install, string relative)
    {
        var root = Real(Path.GetFullPath(install), "/");
        var path = Path.GetFullPath(Path.Combine(root, relative));
        if (!IsBelow(path, root))
        {
            throw Outside(relative);
        }

        var real = Real(path, relative);
        if (!IsBelow(real, root))
        {
            throw Outside(relative);
        }

        return File.Exists(real) ? real : throw new StartException(
            "no_program",
            Directory.Exists(real)
                ? $"The executable {VisibleText.Of(relative)} is a folder."
                : $"The install has no executable {VisibleText.Of(relative)}. Correct the configuration's executable, or install the game again.",
            isRetryable: false);
    }

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path with every link replaced by what it leads to.</summary>
    private static string Real(string path, string named)
    {
        for (var links = 0; links < MostLinks;)
        {
            var found = Path.GetPathRoot(path)!;
            var parts = path[found.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
            var next = (string?)null;
            for (var i = 0; i < parts.Length && next is null; i++)
            {
                var place = Path.Combine(found, parts[i]);
                if (new FileInfo(place).LinkTarget is { } target)
                {
                    next = Path.GetFullPath(Path.Combine([found, target, .. parts[(i + 1)..]]));
                }

                found = place;
            }

            if (next is null)
            {
                return found;
            }

            (path, links) = (next, links + 1);
        }

        throw new StartException("link_circle", $"The links of {VisibleText.Of(named)} lead in a circle.", isRetryable: false);
    }

    private static StartException Outside(string relative) => new(
        "outside_of_install", $"The executable {VisibleText.Of(relative)} leads out of the install's folder.", isRetryable: false);
}
