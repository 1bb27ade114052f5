namespace FleetBridge.Tests.Support;

/// <summary>A test that needs a python3 on the machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = Python.Missing;
}
