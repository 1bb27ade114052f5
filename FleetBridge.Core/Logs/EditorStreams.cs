namespace FleetBridge.Core.Logs;

/// <summary>
/// Editors that do not have the log's one place, whose module prints the records of their own requests. Each record of a request
/// reaches its own editor once: through the place if that editor has it, else through its stream.
/// </summary>
internal sealed class EditorStreams
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _open = [];
    private Lazy<int>? _client;
    private volatile int _count;

    /// <summary>Whether there are none. Each request asks, and nearly always there are none.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>An editor's stream begins.</summary>
    /// <param name="editor">Its process id.</param>
    /// <returns>False when it has one.</returns>
    public bool TryOpen(int editor)
    {
        lock (_lock)
        {
            var isNew = _open.Add(editor);
            _count = _open.Count;
            return isNew;
        }
    }

    /// <summary>An editor's stream has ended.</summary>
    /// <param name="editor">Its process id.</param>
    public void Close(int editor)
    {
        lock (_lock)
        {
            _open.Remove(editor);
            _count = _open.Count;
        }
    }

    /// <summary>A client has taken the log's place.</summary>
    /// <param name="findEditor">Finds out which editor it is, 0 for none; called when it matters.</param>
    public void ClientCame(Func<int> findEditor)
    {
        lock (_lock)
        {
            _client = new Lazy<int>(findEditor);
        }
    }

    /// <summary>The client has left the place.</summary>
    public void ClientLeft()
    {
        lock (_lock)
        {
            _client = null;
        }
    }

    /// <summary>Whether the client in the log's place gets a record. One that is no editor, such as <c>fleetbridge logs</c>, gets
    /// all.</summary>
    public bool GoesToClient(LogRecord record)
    {
        if (record.Origin == 0)
        {
            return true;
        }

        lock (_lock)
        {
            var client = _client?.Value ?? 0;
            return client == 0 || (record.Origin == client ? !record.IsStreamed : !_open.Contains(record.Origin));
        }
    }

    /// <summary>Whether an editor's stream gets a record; it is marked as streamed then.</summary>
    /// <param name="record">The record.</param>
    /// <param name="editor">The editor's process id.</param>
    public bool GoesToStream(LogRecord record, int editor)
    {
        if (record.Origin != editor && record.Origin != RequestOrigin.Unknown)
        {
            return false;
        }

        lock (_lock)
        {
            if (_client?.Value == editor)
            {
                return false;
            }

            record.IsStreamed = true;
            return true;
        }
    }
}
