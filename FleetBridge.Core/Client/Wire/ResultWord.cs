using FleetBridge.Backends;

namespace FleetBridge.Core.Client.Wire;

/// <summary>The words for a result: the editor's <c>GetBoolField</c> takes <c>True</c> for true and the others for false.</summary>
internal static class ResultWord
{
    private const string True = "True";
    private const string False = "False";
    private const string InvalidSettings = "Invalid Settings";

    /// <summary>The word for a result.</summary>
    /// <param name="result">The result.</param>
    public static string Of(OverallResult result) => result switch
    {
        OverallResult.True => True,
        OverallResult.False => False,
        _ => InvalidSettings,
    };

    /// <summary>The result that a word stands for.</summary>
    /// <param name="word">The word; whatever is not known counts as false.</param>
    public static OverallResult Read(string word) => word switch
    {
        True => OverallResult.True,
        InvalidSettings => OverallResult.InvalidSettings,
        _ => OverallResult.False,
    };
}
