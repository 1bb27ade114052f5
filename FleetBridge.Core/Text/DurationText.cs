namespace FleetBridge.Core.Text;

/// <summary>How a time is told to a user.</summary>
internal static class DurationText
{
    /// <summary>Tells it.</summary>
    /// <param name="duration">The time.</param>
    /// <returns>Such as <c>0.5 s</c> or <c>40 min</c>.</returns>
    public static string Of(TimeSpan duration) => duration < TimeSpan.FromMinutes(2)
        ? FormattableString.Invariant($"{duration.TotalSeconds:0.###} s")
        : FormattableString.Invariant($"{duration.TotalMinutes:0.###} min");
}
