using System.Security.Cryptography;

namespace FleetBridge.Tests.Support;

/// <summary>A packaged server as the editor leaves it, of a few files.</summary>
internal static class GamePackage
{
    /// <summary>Where GameLift shall start it.</summary>
    public const string LaunchPath = "C:/game/MyGame/Binaries/Win64/MyGameServer.exe";

    /// <summary>More than a part of a multipart upload, and as zip too: it takes several of them.</summary>
    public const int SeveralParts = 20 * 1024 * 1024;

    /// <summary>Makes it.</summary>
    /// <param name="root">Its folder.</param>
    /// <param name="content">How many bytes of content that cannot be compressed it has.</param>
    /// <returns>The folder.</returns>
    public static string Make(string root, int content = 1000)
    {
        var binaries = Path.Combine(root, "MyGame", "Binaries", "Win64");
        Directory.CreateDirectory(binaries);
        File.WriteAllBytes(Path.Combine(binaries, "MyGameServer.exe"), ProgramImage.Pe());
        File.WriteAllText(Path.Combine(root, "install.bat"), "rem nothing to install\r\n");

        // its name comes last, so that it is packed last
        File.WriteAllBytes(ContentOf(root), RandomNumberGenerator.GetBytes(content));
        return root;
    }

    /// <summary>The large file of it.</summary>
    public static string ContentOf(string root) => Path.Combine(root, "z-content.pak");
}
