using System.Reflection;
using FleetBridge.Backends;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends;

/// <summary>
/// Backends are built against this surface and loaded by other versions of the bridge: a change to it is a change for
/// everybody who has written a backend, and is made in Contract.approved.txt as well, on purpose.
/// </summary>
public sealed class ContractSurfaceTests
{
    private static readonly Assembly Contract = typeof(Backend).Assembly;

    [Fact]
    public void Public_surface_is_the_approved_one()
    {
        var file = Path.Combine(Repository.Root, "FleetBridge.Tests", "Unit", "Backends", "Contract.approved.txt");
        var approved = File.ReadAllText(file).ReplaceLineEndings("\n");
        var actual = string.Concat(PublicSurface.Describe(Contract).Select(line => line + "\n"));
        Assert.True(
            approved == actual,
            $"The contract has changed. If that is meant: raise its version, and make {file} say:\n{actual}");
    }

    [Fact]
    public void Contract_depends_on_the_framework_only()
    {
        Assert.All(Contract.GetReferencedAssemblies(), reference => Assert.True(
            reference.Name!.StartsWith("System.", StringComparison.Ordinal)
            || reference.Name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal),
            reference.Name));
    }

    [Fact]
    public void Contract_with_an_optional_member_of_a_nullable_type_is_described_in_full()
    {
        Assert.Contains("    public string? Error { get; init; }", PublicSurface.Describe(Contract));
        Assert.Contains("    public abstract IReadOnlyList<Resource> Resources { get; }", PublicSurface.Describe(Contract));
    }
}
