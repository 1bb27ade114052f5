using System.Security.Cryptography;
using System.Text;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>
/// The names of a function's role. All regions share them, so a default name ends with the region; older versions and the Python bridge
/// made roles without it.
/// </summary>
/// <param name="Current">The name for a role that is created.</param>
/// <param name="Old">The name that older versions used for it; null where the user has chosen the name.</param>
internal sealed record RoleName(string Current, string? Old)
{
    /// <summary>The most letters of a role's name (IAM quotas).</summary>
    private const int Longest = 64;

    private const int HashBytes = 4;

    /// <summary>The names for a setting.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="key">The setting, such as <see cref="AwsSettings.LoginRoleName"/>.</param>
    /// <param name="region">The region in use, which may be the profile's.</param>
    public static RoleName Of(Settings settings, string key, string region)
    {
        var name = settings[key];
        var isDefault = name == AwsSettings.All.First(setting => setting.Key == key).Default!
            .Replace("[prefix]", settings[Setting.PrefixKey], StringComparison.Ordinal);
        return isDefault ? new RoleName(Shorten($"{name}-{region}"), name) : new RoleName(name, null);
    }

    /// <summary>With a long prefix the default name would be too long: its end becomes a hash of all of it.</summary>
    private static string Shorten(string name) => name.Length <= Longest
        ? name
        : $"{name[..(Longest - 1 - (2 * HashBytes))]}-"
            + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, HashBytes));
}
