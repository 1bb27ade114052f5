using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

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

    private static readonly EntryForm<LocalToken> Form =
        new("tokens", MostBytes, LocalToken.Read, token => token.ToJson(withHash: true), token => token.Id);

    private readonly EntryFile<LocalToken> _file;
    private readonly TimeProvider _clock;

    /// <param name="stateFolder">The state folder.</param>
    /// <param name="clock">The clock.</param>
    public LocalTokens(string stateFolder, TimeProvider clock) => (_file, _clock) = (new EntryFile<LocalToken>(stateFolder, Form), clock);

    /// <summary>The tokens, the oldest first; not those that a process has made for itself and left behind.</summary>
    public IReadOnlyList<LocalToken> All => [.. _file.Load().Values.Where(token => token.Holder is not { HasEnded: true }).OrderBy(token => token.Created)];

    /// <summary>Makes a token.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="role">What it allows.</param>
    /// <param name="lifetime">How long; null for no limit.</param>
    /// <param name="text">The token, which is nowhere else.</param>
    /// <param name="holder">The process that it is for; null where a person makes it.</param>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public LocalToken Make(string name, Role role, TimeSpan? lifetime, out string text, LocalTokenHolder? holder = null)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        text = $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";
        var now = _clock.GetUtcNow();
        var token = new LocalToken(id, name, role, HashOf(text), now, lifetime is { } time ? now + time : null, holder);
        _file.Change(tokens =>
        {
            foreach (var (old, _) in tokens.Where(one => one.Value.Expires < now || one.Value.Holder is { HasEnded: true }).ToList())
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
        _file.Change(tokens => found = tokens.Remove(id));
        return found;
    }

    /// <summary>Whether a token of that id exists, expired or not.</summary>
    public bool Has(string id) => _file.Load().ContainsKey(id);

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
            && _file.Load().TryGetValue(text.Substring(Prefix.Length, 2 * IdBytes), out token)
            && CryptographicOperations.FixedTimeEquals(hash, Encoding.ASCII.GetBytes(token.Hash));
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
