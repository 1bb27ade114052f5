namespace FleetBridge.Core.Client.Wire;

/// <summary>
/// Why a host or a gateway refuses a request, in whichever of its languages: a problem of the fleet's routes (RFC 9457: <c>detail</c>,
/// and <c>code</c>), an error of the session routes (<c>error</c>, <c>message</c>), or one of the GameLift API (<c>__type</c>,
/// <c>Message</c>).
/// </summary>
/// <param name="Code">Its code; null for none.</param>
/// <param name="Message">What it says; null for nothing.</param>
internal readonly record struct HostError(string? Code, string? Message)
{
    /// <summary>Reads a response's body, whatever it is.</summary>
    public static HostError Read(ReadOnlySpan<byte> body)
    {
        var json = WireJson.Read(body);
        return new HostError(
            WireJson.Text(json, "code") ?? WireJson.Text(json, "error") ?? WireJson.Text(json, "__type")?.Split('#')[^1],
            WireJson.Text(json, "detail") ?? WireJson.Text(json, "message") ?? WireJson.Text(json, "Message") ?? WireJson.Text(json, "description"));
    }
}
