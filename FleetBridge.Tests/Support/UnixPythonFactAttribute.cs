namespace FleetBridge.Tests.Support;

/// <summary>A test that needs a python3 and what only Unix has: signals, scripts as programs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixPythonFactAttribute : FactAttribute
{
    public UnixPythonFactAttribute() => Skip = new UnixFactAttribute().Skip ?? Python.Missing;
}
