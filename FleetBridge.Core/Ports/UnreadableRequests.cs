using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using FleetBridge.Core.Logs;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace FleetBridge.Core.Ports;

/// <summary>
/// Gives the server's bare 400 for a request line or a header that it cannot read, such as one with the raw UTF-8 of a profile's name,
/// a body that says why. The server has no place for that: it writes to its log before it responds, with the connection's id.
/// </summary>
/// <param name="inner">The server's loggers.</param>
/// <param name="write">Writes the body.</param>
/// <param name="contentType">What the body is.</param>
internal sealed class UnreadableRequests(
    ILoggerFactory inner, Func<string, ReadOnlyMemory<byte>> write, string contentType) : ILoggerFactory
{
    private const string ConnectionId = "ConnectionId";

    private readonly ConcurrentDictionary<string, ReplacedOutput> _outputs = new(StringComparer.Ordinal);

    /// <summary>Puts it between a port and the server.</summary>
    public void Watch(ListenOptions listen) => listen.Use(next => connection => ServeAsync(next, connection));

    public ILogger CreateLogger(string categoryName) => categoryName == RefusedRequests.Category
        ? new Answering(this, inner.CreateLogger(categoryName))
        : inner.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <summary>Nothing: the inner factory has another owner.</summary>
    public void Dispose()
    {
    }

    private async Task ServeAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var transport = connection.Transport;
        var output = new ReplacedOutput(transport.Output);
        _outputs[connection.ConnectionId] = output;
        connection.Transport = new Both(transport.Input, output);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            connection.Transport = transport;
            _outputs.TryRemove(connection.ConnectionId, out _);
        }
    }

    private void Answer(string connectionId, string reason)
    {
        if (_outputs.TryGetValue(connectionId, out var output))
        {
            var body = write(reason).Span;
            var head = Encoding.ASCII.GetBytes(
                $"HTTP/1.1 400 Bad Request\r\nContent-Length: {body.Length}\r\nContent-Type: {contentType}\r\nConnection: close\r\n\r\n");
            output.Replace([.. head, .. body]);
        }
    }

    private sealed class Answering(UnreadableRequests requests, ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            inner.Log(logLevel, eventId, state, exception, formatter);

            // only where nothing of a response can have been sent
            if (exception is BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad
                && RefusedRequests.IsOfRequestHead(bad)
                && state is IEnumerable<KeyValuePair<string, object?>> values
                && values.FirstOrDefault(value => value.Key == ConnectionId).Value is string id)
            {
                requests.Answer(id, RefusedRequests.Describe(bad.Message));
            }
        }
    }

    private sealed class Both(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
