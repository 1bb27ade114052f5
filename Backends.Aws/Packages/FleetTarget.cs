using System.Text.RegularExpressions;
using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>What the fleet's machines are.</summary>
/// <param name="OperatingSystem">GameLift's name of the operating system with which the build is registered.</param>
/// <param name="InstanceType">The EC2 instance type.</param>
internal sealed partial record FleetTarget(string OperatingSystem, string InstanceType)
{
    /// <summary>The system's name for people.</summary>
    public string System => OperatingSystem.StartsWith("WINDOWS", StringComparison.Ordinal) ? "Windows" : "Linux";

    /// <summary>The instances' processors: a g behind the generation's number is Graviton, which is arm64 (EC2, "Instance type names").</summary>
    public ExecutableMachine Machine => Graviton().IsMatch(InstanceType) ? ExecutableMachine.Arm64 : ExecutableMachine.X64;

    [GeneratedRegex(@"^(a1|[a-z]+[0-9]+g[a-z0-9-]*)\.")]
    private static partial Regex Graviton();
}
