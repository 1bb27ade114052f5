using System.Buffers;
using System.Text.Json;
using FleetBridge.Core.State;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Rights;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Gateway.Consumers;

/// <summary>
/// Who asked what, and how it ended: a line of JSON each, in a file of its own. Nobody waits for the disk: what has come is written
/// a few times a second, and what would be too much is counted.
/// </summary>
internal sealed partial class AuditLog : IDisposable
{
    private const int MostWaiting = 16 * 1024 * 1024;
    private const long MostFile = 64L * 1024 * 1024;

    private static readonly TimeSpan WriteInterval = TimeSpan.FromMilliseconds(200);
    private static readonly JsonWriterOptions Options = new() { Encoder = AsciiJsonEncoder.Instance, SkipValidation = true };

    private readonly Lock _lock = new();
    private readonly Lock _writing = new();
    private readonly string? _path;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly ITimer? _timer;
    private readonly Utf8JsonWriter _json;
    private ArrayBufferWriter<byte> _lines = new();
    private bool _isDue;
    private long _dropped;
    private bool _hasFailed;

    /// <param name="path">The file; null for none.</param>
    /// <param name="logger">Is told when it cannot be written.</param>
    /// <param name="clock">The clock.</param>
    public AuditLog(string? path, ILogger logger, TimeProvider clock)
    {
        (_path, _logger, _clock) = (path, logger, clock);
        _json = new Utf8JsonWriter(_lines, Options);
        _timer = path is null ? null : clock.CreateTimer(_ => Write(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The file in the state folder.</summary>
    public static string FileIn(string stateFolder) => System.IO.Path.Combine(stateFolder, "logs", "gateway-audit.log");

    /// <summary>A call has ended.</summary>
    public void Ended(Identity who, Consumer consumer, string call, string service, string method, string end, TimeSpan took) =>
        Add(json =>
        {
            json.WriteString("event"u8, "call"u8);
            Describe(json, who, consumer);
            json.WriteString("call"u8, call);
            json.WriteString("service"u8, Short(service));
            json.WriteString("method"u8, Short(method));
            json.WriteString("end"u8, end);
            json.WriteNumber("ms"u8, Math.Round(took.TotalMilliseconds, 1));
        });

    /// <summary>A consumer has come or gone.</summary>
    public void Connection(Identity who, Consumer consumer, string what, int closeCode = 0) =>
        Add(json =>
        {
            json.WriteString("event"u8, what);
            Describe(json, who, consumer);
            if (closeCode != 0)
            {
                json.WriteNumber("close_code"u8, closeCode);
            }
        });

    /// <summary>Somebody has begun to read something that is no call.</summary>
    public void Reading(Identity who, string address, string what) =>
        Add(json =>
        {
            json.WriteString("event"u8, "reading"u8);
            json.WriteString("user_id"u8, who.UserId);
            json.WriteString("username"u8, who.Username);
            json.WriteString("role"u8, who.Role.NameOf());
            json.WriteString("address"u8, address);
            json.WriteString("what"u8, Short(what));
        });

    /// <summary>Somebody was not let in.</summary>
    public void Refused(string address, string reason) =>
        Add(json =>
        {
            json.WriteString("event"u8, "refused"u8);
            json.WriteString("address"u8, address);
            json.WriteString("reason"u8, Short(reason));
        });

    public void Dispose()
    {
        _timer?.Dispose();
        Write();
        _json.Dispose();
    }

    private static string Short(string text) => text.Length <= 300 ? text : text[..300];

    private static void Describe(Utf8JsonWriter json, Identity who, Consumer consumer)
    {
        json.WriteString("user_id"u8, who.UserId);
        json.WriteString("username"u8, who.Username);
        json.WriteString("role"u8, who.Role.NameOf());
        json.WriteString("session_id"u8, consumer.Id);
        json.WriteString("address"u8, consumer.AddressText);
    }

    private void Add(Action<Utf8JsonWriter> members)
    {
        if (_path is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_lines.WrittenCount > MostWaiting)
            {
                _dropped++;
                return;
            }

            if (_dropped > 0)
            {
                WriteLine(json =>
                {
                    json.WriteString("event"u8, "dropped"u8);
                    json.WriteNumber("count"u8, _dropped);
                });
                _dropped = 0;
            }

            WriteLine(members);
            if (!_isDue)
            {
                _isDue = true;
                _timer!.Change(WriteInterval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void WriteLine(Action<Utf8JsonWriter> members)
    {
        _json.Reset(_lines);
        _json.WriteStartObject();
        _json.WriteString("time"u8, _clock.GetUtcNow());
        members(_json);
        _json.WriteEndObject();
        _json.Flush();
        _lines.Write("\n"u8);
    }

    private void Write()
    {
        if (_path is null)
        {
            return;
        }

        lock (_writing)
        {
            ArrayBufferWriter<byte> lines;
            lock (_lock)
            {
                (lines, _isDue) = (_lines, false);
                _lines = new ArrayBufferWriter<byte>();
            }

            if (lines.WrittenCount == 0)
            {
                return;
            }

            try
            {
                OwnFolder.Create(System.IO.Path.GetDirectoryName(_path)!);
                using (var file = new FileStream(_path, OwnFolder.Options(FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)))
                {
                    file.Write(lines.WrittenSpan);
                    if (file.Length < MostFile)
                    {
                        return;
                    }
                }

                File.Move(_path, $"{_path}.1", overwrite: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (!_hasFailed)
                {
                    _hasFailed = true;
                    LogUnwritable(_path, exception.Message);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The gateway's audit log {Path} cannot be written: {Problem}")]
    private partial void LogUnwritable(string path, string problem);
}
