using Serilog.Core;
using Serilog.Events;

namespace FleetBridge.Core.Logs;

/// <summary>
/// Stands between Serilog's asynchronous sink and one that may fail. The asynchronous sink tells of a failure in its own
/// self-log only, where nobody looks, and not at all of one while it is disposed: that one would end the program badly.
/// </summary>
/// <param name="inner">The sink that may fail.</param>
/// <param name="failed">Is told of a failure, on the asynchronous sink's thread.</param>
internal sealed class FailureReportingSink(ILogEventSink inner, Action<Exception> failed) : ILogEventSink, IDisposable
{
    public void Emit(LogEvent logEvent)
    {
        try
        {
            inner.Emit(logEvent);
        }
        catch (Exception exception)
        {
            failed(exception);
        }
    }

    public void Dispose()
    {
        try
        {
            (inner as IDisposable)?.Dispose();
        }
        catch (Exception exception)
        {
            // what it still held could not be written
            failed(exception);
        }
    }
}
