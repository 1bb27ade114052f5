using System.Text.RegularExpressions;

namespace FleetBridge.Core.Security;

/// <summary>
/// What secrets look like, in text, JSON, XML, HTML and addresses. All patterns are source-generated, and linear: what a failed try has
/// read is never the beginning of another try. <c>PatternTests</c> measures each of them.
/// </summary>
internal static partial class RedactionPatterns
{
    // aws_secret_access_key, SecretAccessKey, secret-access-key, SessionToken, x-amz-security-token, …
    private const string Names =
        "(?:secret[ _-]?access[ _-]?key|secret_?key|client_?secret|session_?token|security-token|access_?token|refresh_?token|id_?token)";

    // a quotation mark, perhaps with JSON's backslashes, an address's escape or HTML's
    private const string Quote = """(?:\\{0,3}["']|\\{1,3}u002[27]|%2[27]|&(?:quot|apos|\#34|\#39|\#x22|\#x27);)?""";

    // between a name and its value
    private const string Between = Quote + @"(?:\s|%20|\+)*(?:[:=>]|%3[ade]|&gt;)(?:\s|%20|\+)*" + Quote;

    // A slash may be written \/, \u002f or &#x2F;, and %2f needs nothing: the percent sign is a letter like others. Atomic, since a million
    // letters would be a million places to come back to.
    private const string Value = """(?>(?:[^\s"'\\,;&<>{}]+|\\{1,3}(?:/|u[0-9a-f]{4})|&\#x?[0-9a-f]{1,6};)+)""";

    /// <summary>How much of a text's end is looked at for a name.</summary>
    private const int LongestOpenName = 200;

    /// <summary>A text without secrets.</summary>
    public static string Replace(string text)
    {
        text = KeyId().Replace(text, "$1" + Redaction.Instead);
        text = Assigned().Replace(text, "${name}" + Redaction.Instead);
        text = Signed().Replace(text, "${name}" + Redaction.Instead);
        text = Bearer().Replace(text, "${name}" + Redaction.Instead);
        text = Authorization().Replace(text, "${name}" + Redaction.Instead);
        text = UserInfo().Replace(text, "${name}" + Redaction.Instead + "${end}");
        text = EscapedUserInfo().Replace(text, "${name}" + Redaction.Instead + "%40");
        text = PrivateKey().Replace(text, "${name}" + Redaction.Instead);
        return Jwt().Replace(text, Redaction.Instead);
    }

    /// <summary>Whether a JSON member of this name has a secret.</summary>
    public static bool IsSecretName(string name) => SecretName().IsMatch(name);

    /// <summary>Whether a setting's key says that its value is a secret; rather too often than too rarely.</summary>
    public static bool IsSecretSetting(string key) => SecretSetting().IsMatch(key);

    /// <summary>What the end of a text has begun.</summary>
    public static OpenSecret OpenAtEnd(string text)
    {
        var key = text.LastIndexOf("PRIVATE KEY-----", StringComparison.Ordinal);
        var begin = key < 0 ? -1 : text.LastIndexOf("-----BEGIN", key, StringComparison.Ordinal);
        if (begin >= 0 && text.IndexOf("-----END", begin, StringComparison.Ordinal) < 0)
        {
            return OpenSecret.PrivateKey;
        }

        var end = text.AsSpan().TrimEnd();
        return OpenName().IsMatch(end.Length <= LongestOpenName ? end : end[^LongestOpenName..]) ? OpenSecret.Name : OpenSecret.None;
    }

    /// <summary>A text whose beginning is the value of a name before it.</summary>
    public static string ReplaceValue(string text) => FirstValue().Replace(text, "${name}" + Redaction.Instead, 1);

    /// <summary>Whether a text is a line of a private key.</summary>
    public static bool IsKeyLine(string text) => KeyLine().IsMatch(text);

    // "Unique identifiers" in the IAM user guide: AKIA for permanent keys, ASIA for temporary ones
    [GeneratedRegex(@"\b(AKIA|ASIA)[A-Z0-9]{12,}")]
    private static partial Regex KeyId();

    // aws_secret_access_key = …, "SecretAccessKey": "…", \"SessionToken\": \"…\", <SessionToken>…<, x-amz-security-token:…
    [GeneratedRegex($@"(?<name>{Names}{Between})(?!\[hidden\]){Value}", RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();

    // AWS4-HMAC-SHA256 Credential=…, Signature=…, and X-Amz-Signature=…, X-Amz-Credential=… of a signed address
    [GeneratedRegex(
        $$"""(?<name>\b(?:signature|credential)(?:=|%3d))(?!\[hidden\])(?=[^\s"',;<>{}]{8}){{Value}}""",
        RegexOptions.IgnoreCase)]
    private static partial Regex Signed();

    [GeneratedRegex("""(?<name>\bbearer(?:\s|%20|\+)+)(?:[\w\-.~+/%]{16,}=*|[\w\-.~+/%]+…)""", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    // RFC 7617: a name and a password in Base64, behind Authorization or Proxy-Authorization
    [GeneratedRegex($$"""(?<name>authorization{{Between}}basic(?:\s|%20|\+)+)(?:[\w+/\-%]{8,}=*|[\w+/\-%]+…)""", RegexOptions.IgnoreCase)]
    private static partial Regex Authorization();

    // RFC 3986, section 3.2.1: a proxy's password, say, in the address that a failure names. Whoever has shortened the text may have cut
    // the @ off and put three dots in its place.
    [GeneratedRegex("""(?<name>:(?:\\{0,3}/){2}[^\s/?#@:"'<>]*:)(?!\[hidden\])[^\s/?#@"'<>…]+(?<end>[@…])""")]
    private static partial Regex UserInfo();

    // The same with escapes. They are letters like others here, so that only a bound keeps this linear.
    [GeneratedRegex("""(?<name>%3a%2f%2f[^\s/?#@:"'<>%]{0,256}(?::|%3a))(?!\[hidden\])[^\s/?#@"'<>]{1,256}?%40""", RegexOptions.IgnoreCase)]
    private static partial Regex EscapedUserInfo();

    // RFC 7468; in JSON its lines end in \n
    [GeneratedRegex("""(?<name>PRIVATE KEY-----)[\w+/=\s\\]{16,}""")]
    private static partial Regex PrivateKey();

    // RFC 7519: a header in Base64url, which begins with {", and what follows it. Also without the dots, since a text may have been cut
    // before them, and since a run of letters must not be read again from each eyJ in it.
    [GeneratedRegex(@"eyJ[\w-]{8,}(?:\.[\w-]*)*")]
    private static partial Regex Jwt();

    [GeneratedRegex(
        "^(?:aws_)?(?:secret_?access_?key|secret_?key|client_?secret|session_?token|access_?token|refresh_?token|id_?token)$",
        RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("secret|token|passw|credential|private_?key", RegexOptions.IgnoreCase)]
    private static partial Regex SecretSetting();

    [GeneratedRegex($@"(?<!</){Names}{Between}\z", RegexOptions.IgnoreCase)]
    private static partial Regex OpenName();

    [GeneratedRegex($@"\A(?<name>\s*{Quote})(?!\[hidden\]){Value}", RegexOptions.IgnoreCase)]
    private static partial Regex FirstValue();

    [GeneratedRegex(@"\A\s*[A-Za-z0-9+/=]+\s*\z")]
    private static partial Regex KeyLine();
}
