using Amazon.Emulation;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>Hurries the stand-in's fleets, for which AWS takes half an hour.</summary>
internal static class StandInFleets
{
    /// <summary>Moves every fleet on.</summary>
    /// <param name="aws">The stand-in.</param>
    /// <param name="state">The state in which they shall be.</param>
    public static void Activate(AwsEmulator aws, string state = "ACTIVE")
    {
        lock (aws.State)
        {
            foreach (var fleet in aws.Region().Fleets)
            {
                while (fleet.Status is not "ACTIVE" && fleet.Status != state)
                {
                    fleet.Advance();
                }
            }
        }
    }
}
