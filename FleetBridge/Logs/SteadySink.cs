using Serilog.Core;
using Serilog.Events;

namespace FleetBridge.Logs;

/// <summary>
/// Stands between Serilog's asynchronous sink and one that may fail. An exception would end the asynchronous sink's only
/// thread; its queue would fill up, and everybody who logs would wait for ever.
/// </summary>
/// <param name="inner">The sink that may fail.</param>
/// <param name="failed">Is told of a failure, on the asynchronous sink's thread.</param>
internal sealed class SteadySink(ILogEventSink inner, Action<Exception> failed) : ILogEventSink, IDisposable
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
