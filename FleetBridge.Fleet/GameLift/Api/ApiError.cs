using Amazon.Emulation.Shapes;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>An error on the wire. Clients read the text under either spelling.</summary>
/// <param name="Code">The exception's name.</param>
/// <param name="Message">Its text.</param>
internal sealed record ApiError(string Code, string Message) : IShape<ApiError>
{
    private const string Namespace = "com.amazonaws.gamelift#";

    /// <inheritdoc/>
    public static ApiError Read(IShapeReader reader) => throw new NotSupportedException("Errors are only written.");

    /// <inheritdoc/>
    public void Write(IShapeWriter writer)
    {
        writer.BeginStructure();
        writer.Member("__type");
        writer.Text(Namespace + Code);
        writer.Member("Message");
        writer.Text(Message);
        writer.Member("message");
        writer.Text(Message);
        writer.EndStructure();
    }

    /// <inheritdoc/>
    public void Check(ShapeCheck check)
    {
    }
}
