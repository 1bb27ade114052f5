using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>The game servers that lie in a test's folder: they outlive their worker, and must not outlive the test.</summary>
internal static class LeftServers
{
    /// <summary>Kills them, and waits until their keepers have ended.</summary>
    public static async Task EndAsync(string folder)
    {
        // the servers first: a keeper ends with its server
        foreach (var id in ProcessesOf(folder))
        {
            FleetBridgeProcess.Send(id, FleetBridgeProcess.Kill);
        }

        await Eventually.TrueAsync(() => !KeepersOf(folder).Any(), "no keeper is left");
    }

    private static IEnumerable<int> ProcessesOf(string folder) => Processes(
        process => new FileInfo(Path.Combine(process, "exe")).LinkTarget is { } program && program.StartsWith(folder, StringComparison.Ordinal));

    private static IEnumerable<int> KeepersOf(string folder) => Processes(
        process => File.ReadAllText(Path.Combine(process, "cmdline")) is var words
            && words.Contains("fleetbridge-keeper", StringComparison.Ordinal) && words.Contains(folder, StringComparison.Ordinal));

    private static IEnumerable<int> Processes(Func<string, bool> condition)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), out var id) && IsOne(process, condition))
            {
                yield return id;
            }
        }
    }

    private static bool IsOne(string process, Func<string, bool> condition)
    {
        try
        {
            return condition(process);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // it has ended meanwhile
            return false;
        }
    }
}
