namespace FleetBridge.Core.Logs;

/// <summary>Which editor has sent the request that is running, so that its records can be told from those of other editors.</summary>
internal static class RequestOrigin
{
    /// <summary>The system does not say which process has sent it.</summary>
    public const int Unknown = -1;

    private static readonly AsyncLocal<int> Editor = new();

    /// <summary>The editor's process id; 0 outside of a request, and for a request of no editor.</summary>
    public static int Current
    {
        get => Editor.Value;
        set => Editor.Value = value;
    }
}
