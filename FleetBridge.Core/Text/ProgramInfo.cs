using System.Reflection;

namespace FleetBridge.Core.Text;

/// <summary>Who this program is.</summary>
internal static class ProgramInfo
{
    public const string Name = "FleetBridge";

    /// <summary>The version, without the commit that the build appends.</summary>
    public static string Version { get; } =
        typeof(ProgramInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "0.0.0";
}
