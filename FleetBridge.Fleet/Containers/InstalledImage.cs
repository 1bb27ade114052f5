using FleetBridge.Backends.Files;

namespace FleetBridge.Fleet.Containers;

/// <summary>Which image an install is: its id, in a file of the install's folder. A tag may mean another image tomorrow.</summary>
internal static class InstalledImage
{
    private const string FileName = "image";
    private const int MostBytes = 1024;

    /// <summary>Writes it.</summary>
    public static void Write(string folder, string id) => File.WriteAllText(Path.Combine(folder, FileName), id);

    /// <summary>Reads it; null when the folder has none.</summary>
    public static string? Read(string folder)
    {
        try
        {
            return UserFile.ReadAllText(Path.Combine(folder, FileName), MostBytes).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
