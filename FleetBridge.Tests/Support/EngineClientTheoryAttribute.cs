namespace FleetBridge.Tests.Support;

/// <summary>A test with cases that needs what <see cref="EngineClientFactAttribute"/> does.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EngineClientTheoryAttribute : TheoryAttribute
{
    public EngineClientTheoryAttribute() => Skip = new EngineClientFactAttribute().Skip;
}
