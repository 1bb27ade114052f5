namespace FleetBridge.Tests.Support;

/// <summary>An exception whose own text throws.</summary>
internal sealed class UnprintableException : Exception
{
    public override string ToString() => throw new NotSupportedException();
}
