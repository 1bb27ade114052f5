namespace FleetBridge.Tests.Support;

/// <summary>A test with cases that needs a python3 on the machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute() => Skip = Python.Missing;
}
