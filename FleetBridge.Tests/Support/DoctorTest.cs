namespace FleetBridge.Tests.Support;

/// <summary>What the tests of <c>fleetbridge doctor</c> share.</summary>
public abstract class DoctorTest : CliTest
{
    /// <summary>A check was made once, and found what it should.</summary>
    internal static void AssertFound(FleetBridgeResult result, string name, string state, string message, string remedy = "")
    {
        var check = result.Json["checks"]!.AsArray().SingleOrDefault(check => (string?)check!["name"] == name);
        Assert.True(check is not null, $"there is no {name}: {result.Output}{result.Error}");
        Assert.True(state == (string?)check["state"], check.ToJsonString());
        Assert.Contains(message, (string?)check["message"], StringComparison.Ordinal);
        Assert.Contains(remedy, (string?)check["remedy"] ?? "", StringComparison.Ordinal);
    }
}
