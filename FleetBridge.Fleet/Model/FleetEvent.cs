namespace FleetBridge.Fleet.Model;

/// <summary>Something that happened to a fleet, for DescribeFleetEvents.</summary>
/// <param name="ResourceId">The fleet's id.</param>
/// <param name="EventCode">GameLift's code, such as <c>SERVER_PROCESS_CRASHED</c>.</param>
internal sealed record FleetEvent(
    string EventId, string ResourceId, string EventCode, string Message, DateTimeOffset EventTime, long? Count, long Number) : IRecord
{
    string IRecord.Key => EventId;
}

/// <summary>GameLift's event codes that happen on this machine.</summary>
internal static class FleetEventCodes
{
    public const string Generic = "GENERIC_EVENT";
    public const string FleetCreated = "FLEET_CREATED";
    public const string FleetStateActive = "FLEET_STATE_ACTIVE";
    public const string FleetDeleted = "FLEET_DELETED";
    public const string ProtectionPolicyUpdated = "FLEET_NEW_GAME_SESSION_PROTECTION_POLICY_UPDATED";
    public const string ServerProcessSdkInitializationTimeout = "SERVER_PROCESS_SDK_INITIALIZATION_TIMEOUT";
    public const string ServerProcessReadyTimeout = "SERVER_PROCESS_PROCESS_READY_TIMEOUT";
    public const string ServerProcessCrashed = "SERVER_PROCESS_CRASHED";
    public const string ServerProcessUnhealthy = "SERVER_PROCESS_TERMINATED_UNHEALTHY";
    public const string ServerProcessForceTerminated = "SERVER_PROCESS_FORCE_TERMINATED";
    public const string ServerProcessExitTimeout = "SERVER_PROCESS_PROCESS_EXIT_TIMEOUT";
    public const string GameSessionActivationTimeout = "GAME_SESSION_ACTIVATION_TIMEOUT";
}
