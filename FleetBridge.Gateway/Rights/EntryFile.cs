using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.State;

namespace FleetBridge.Gateway.Rights;

/// <summary>How the entries of a file look.</summary>
/// <typeparam name="T">An entry.</typeparam>
/// <param name="Name">What the entries are called in the file.</param>
/// <param name="MostBytes">How long the file may be.</param>
/// <param name="Read">Reads an entry; null for what is none.</param>
/// <param name="Write">Writes one.</param>
/// <param name="KeyOf">What it is found by.</param>
internal sealed record EntryForm<T>(string Name, int MostBytes, Func<JsonNode?, T?> Read, Func<T, JsonObject> Write, Func<T, string> KeyOf)
{
    /// <summary>The file's name without its ending.</summary>
    public string File { get; init; } = Name;
}

/// <summary>
/// Entries in a file of the state folder, of which this user's processes see at once what another one has changed. A file that cannot be
/// read has no entries, since they let somebody in; one that cannot be written is an error, and is never half written.
/// </summary>
/// <typeparam name="T">An entry, which is replaced and not changed.</typeparam>
/// <param name="stateFolder">The state folder.</param>
/// <param name="form">How the entries look.</param>
internal sealed class EntryFile<T>(string stateFolder, EntryForm<T> form)
    where T : class
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly string _folder = Path.Combine(stateFolder, "gateway");
    private FileStamp _stamp = FileStamp.Absent;
    private Dictionary<string, T> _known = new(StringComparer.Ordinal);

    private string FilePath => Path.Combine(_folder, $"{form.File}.json");

    /// <summary>The entries as they are now. The result does not change any more.</summary>
    public IReadOnlyDictionary<string, T> Load()
    {
        lock (_lock)
        {
            try
            {
                var stamp = FileStamp.Of(FilePath);
                if (stamp != _stamp)
                {
                    _known = Read();
                    _stamp = stamp;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // what cannot be read lets nobody in
                (_known, _stamp) = (new Dictionary<string, T>(StringComparer.Ordinal), FileStamp.Absent);
            }

            return _known;
        }
    }

    /// <summary>Changes the file, alone among all processes.</summary>
    /// <param name="change">Changes the entries; what it throws leaves the file as it was.</param>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be.</exception>
    public void Change(Action<Dictionary<string, T>> change)
    {
        lock (_lock)
        {
            OwnFolder.Claim(_folder);

            // another process may change the file at the same moment: it needs a few milliseconds
            using var held = LockFile.Hold(Path.Combine(_folder, $"{form.File}.lock"), Patience);
            var entries = Read();
            change(entries);
            var written = entries.Values.Select(entry => (JsonNode)form.Write(entry));
            var json = new JsonObject { [form.Name] = new JsonArray([.. written]) };

            // not through WireJson: it would take a hash for a secret
            PlacedFile.Replace(FilePath, Encoding.UTF8.GetBytes(json.ToJsonString()));
            _stamp = FileStamp.Absent;
        }
    }

    /// <summary>Changes what this process knows, where the file cannot be written: it lasts until the file changes or the process ends.</summary>
    public void ChangeHere(Action<Dictionary<string, T>> change)
    {
        lock (_lock)
        {
            var entries = new Dictionary<string, T>(Load(), StringComparer.Ordinal);
            change(entries);
            _known = entries;
        }
    }

    private Dictionary<string, T> Read()
    {
        var entries = new Dictionary<string, T>(StringComparer.Ordinal);
        if (FileStatus.Of(FilePath) is null)
        {
            return entries;
        }

        var json = WireJson.Read(UserFile.ReadAllBytes(FilePath, form.MostBytes));
        foreach (var entry in (WireJson.Items(json, form.Name) ?? []).Select(form.Read))
        {
            if (entry is not null)
            {
                // the first one of a key counts: another one that was written behind it replaces nothing
                entries.TryAdd(form.KeyOf(entry), entry);
            }
        }

        return entries;
    }
}
