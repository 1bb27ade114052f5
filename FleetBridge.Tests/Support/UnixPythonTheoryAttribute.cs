namespace FleetBridge.Tests.Support;

/// <summary>A test with cases that needs a python3 and what only Unix has: signals, scripts as programs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixPythonTheoryAttribute : TheoryAttribute
{
    public UnixPythonTheoryAttribute() => Skip = new UnixFactAttribute().Skip ?? Python.Missing;
}
