using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.State;

namespace FleetBridge.Gateway.Rights;

/// <summary>
/// The tokens that were made on this machine, in a file of the state folder: any process of this user sees at once what another one
/// has made or revoked.
/// </summary>
internal sealed class LocalTokens
{
    private const string Prefix = "fb_";
    private const int IdBytes = 6;
    private const int SecretBytes = 32;
    private const int MostTokens = 10_000;
    private const int MostBytes = 8 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly TimeProvider _clock;
    private FileStamp _stamp = FileStamp.Absent;
    private Dictionary<string, LocalToken> _known = new(StringComparer.Ordinal);

    /// <param name="stateFolder">The state folder.</param>
    /// <param name="clock">The clock.</param>
    public LocalTokens(string stateFolder, TimeProvider clock) => (_folder, _clock) = (Path.Combine(stateFolder, "gateway"), clock);

    private string FilePath => Path.Combine(_folder, "tokens.json");

    /// <summary>The tokens, the oldest first.</summary>
    public IReadOnlyList<LocalToken> All => [.. Load().Values.OrderBy(token => token.Created)];

    /// <summary>Makes a token.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="role">What it allows.</param>
    /// <param name="lifetime">How long; null for no limit.</param>
    /// <param name="text">The token, which is nowhere else.</param>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public LocalToken Make(string name, Role role, TimeSpan? lifetime, out string text)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        text = $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";
        var now = _clock.GetUtcNow();
        var token = new LocalToken(id, name, role, HashOf(text), now, lifetime is { } time ? now + time : null);
        Change(tokens =>
        {
            foreach (var (old, _) in tokens.Where(one => one.Value.Expires < now).ToList())
            {
                tokens.Remove(old);
            }

            if (tokens.Count >= MostTokens)
            {
                throw new IOException($"there are {MostTokens} tokens; revoke some");
            }

            tokens[id] = token;
        });
        return token;
    }

    /// <summary>Revokes a token: its consumers are closed by every gateway of this user.</summary>
    /// <returns>False when there is none of that id.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public bool Revoke(string id)
    {
        var found = false;
        Change(tokens => found = tokens.Remove(id));
        return found;
    }

    /// <summary>Whether a token of that id exists, expired or not.</summary>
    public bool Has(string id) => Load().ContainsKey(id);

    /// <summary>Whether a text has the form of such a token.</summary>
    public static bool IsOne(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Finds a token.</summary>
    /// <param name="text">What somebody has sent.</param>
    /// <param name="token">The token.</param>
    /// <returns>Whether it is one of these; it may have expired.</returns>
    public bool TryFind(string text, [NotNullWhen(true)] out LocalToken? token)
    {
        token = null;
        var hash = Encoding.ASCII.GetBytes(HashOf(text));
        return IsOne(text)
            && text.Length > Prefix.Length + (2 * IdBytes)
            && Load().TryGetValue(text.Substring(Prefix.Length, 2 * IdBytes), out token)
            && CryptographicOperations.FixedTimeEquals(hash, Encoding.ASCII.GetBytes(token.Hash));
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private Dictionary<string, LocalToken> Load()
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
                (_known, _stamp) = (new Dictionary<string, LocalToken>(StringComparer.Ordinal), FileStamp.Absent);
            }

            return _known;
        }
    }

    private Dictionary<string, LocalToken> Read()
    {
        if (!File.Exists(FilePath))
        {
            return new Dictionary<string, LocalToken>(StringComparer.Ordinal);
        }

        using var handle = UserFile.OpenHandle(FilePath, MostBytes);
        using var file = new FileStream(handle, FileAccess.Read);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return (WireJson.Items(WireJson.Read(content.ToArray()), "tokens") ?? [])
            .Select(LocalToken.Read)
            .OfType<LocalToken>()
            .ToDictionary(token => token.Id, StringComparer.Ordinal);
    }

    private void Change(Action<Dictionary<string, LocalToken>> change)
    {
        lock (_lock)
        {
            OwnFolder.Claim(_folder);
            using var held = Hold();
            var tokens = Read();
            change(tokens);
            var json = new JsonObject { ["tokens"] = new JsonArray([.. tokens.Values.Select(token => (JsonNode)token.ToJson(withHash: true))]) };

            // not through WireJson: it would take a hash for a secret
            PlacedFile.Replace(FilePath, Encoding.UTF8.GetBytes(json.ToJsonString()));
            _stamp = FileStamp.Absent;
        }
    }

    /// <summary>Another process may change the file at the same moment: it needs a few milliseconds.</summary>
    private FileStream Hold() => LockFile.Hold(Path.Combine(_folder, "tokens.lock"), TimeSpan.FromSeconds(2));
}
