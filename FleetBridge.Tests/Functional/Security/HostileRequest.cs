using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Security;

/// <summary>A request that means no good, byte by byte, and how each port answers it.</summary>
/// <param name="Text">The request. <c>{create}</c> is the target of an operation that must not run, <c>{hidden}</c> a whole
/// request for it and <c>{length}</c> the length of that.</param>
/// <param name="Http">The status on the port of the requests; 0 for a connection that ends without one.</param>
/// <param name="Log">The status on the port of the log; null where the request is no trick there.</param>
/// <param name="Closes">Whether the port of the requests closes the connection. The port of the log always does.</param>
internal sealed record HostileRequest(string Text, int Http, int? Log, bool Closes = true)
{
    private const string Host = "Host: localhost\r\n";
    private const string Upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    /// <summary>The table, by what is tried.</summary>
    public static IReadOnlyDictionary<string, HostileRequest> All { get; } = new Dictionary<string, HostileRequest>
    {
        // whose name is it?
        ["Host with a user"] = Create("Host: user@localhost\r\n", 400),
        ["Host as a user"] = Create("Host: localhost@example.com\r\n", 400),
        ["Host behind brackets"] = Create("Host: [::1]example.com\r\n", 400),
        ["Host without brackets"] = Create("Host: ::1\r\n", 400),
        ["Host of a list"] = Create("Host: localhost, example.com\r\n", 400),
        ["Host with a path"] = Create("Host: localhost/example.com\r\n", 400),
        ["Host in escapes"] = Create("Host: %6cocalhost\r\n", 400),
        ["Host with an empty port"] = Create("Host: localhost:\r\n", 400),
        ["Host twice"] = Create("Host: localhost\r\nHost: example.com\r\n", 400),
        ["Host twice the other way round"] = Create("Host: example.com\r\nHost: localhost\r\n", 400),
        ["Host cut by NUL"] = Create("Host: localhost\0.example.com\r\n", 400),
        ["Absolute target of another host"] = Line("POST http://example.com{create} HTTP/1.1", Host, 400),
        ["Absolute target of another host as Host"] = Line("POST http://example.com{create} HTTP/1.1", "Host: example.com\r\n", 403),
        ["Absolute target of this host, Host of another"] = Line("POST http://localhost{create} HTTP/1.1", "Host: example.com\r\n", 400),
        ["Absolute target with a user"] = Line("POST http://localhost@example.com{create} HTTP/1.1", Host, 400),
        ["Absolute target without Host"] = Line("POST http://localhost{create} HTTP/1.0", "", 403),
        ["Host in a header's second line"] = Create("Host: example.com\r\n localhost\r\n", 400),
        ["Host in another header's second line"] = Create("X: x\r\n Host: localhost\r\n", 400),
        ["Host behind a lone line feed"] = Create("X: x\nHost: localhost\r\n", 400),
        ["Host behind a lone carriage return"] = Create("X: x\rHost: localhost\r\n", 400),
        ["Host with a space before its colon"] = Create("Host : localhost\r\n", 400),

        // which web page asks? (LoopbackGuardTests has the rest)
        ["Origin with a space before its colon"] = Create($"{Host}Origin : http://localhost\r\n", 400),
        ["Origin in two lines"] = Create($"{Host}Origin: http://example.com\r\n http://localhost\r\n", 400),
        ["Form post of a multipart"] = new(
            $"POST {{create}} HTTP/1.1\r\n{Host}Origin: http://example.com\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            + "Content-Length: 5\r\n\r\n--b--", 403, 403),
        ["Form post of plain text"] = new(
            $"POST {{create}} HTTP/1.1\r\n{Host}Origin: null\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\na=b\r\n", 403, 403),
        ["Beacon"] = new(
            $"POST {{create}} HTTP/1.1\r\n{Host}Origin: http://example.com\r\nSec-Fetch-Mode: no-cors\r\nContent-Length: 0\r\n\r\n", 403, 403),
        ["Body that is waited for"] = new(
            "POST {create} HTTP/1.1\r\nHost: example.com\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n{hidden}", 403, 403),

        // which method?
        ["TRACE"] = Line("TRACE {create} HTTP/1.1", $"{Host}Cookie: told=in-confidence\r\n", 405, 426, closes: false),
        ["CONNECT"] = Line("CONNECT localhost:8000 HTTP/1.1", "Host: localhost:8000\r\n", 404, 426, closes: false),
        ["CONNECT elsewhere"] = Line("CONNECT example.com:443 HTTP/1.1", "Host: example.com:443\r\n", 403),
        ["Preflight of a page of this machine"] = Line(
            "OPTIONS {create} HTTP/1.1",
            $"{Host}Origin: http://localhost:3000\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Private-Network: true\r\n",
            405,
            426,
            closes: false),
        ["Other method by a header"] = Line("GET {create} HTTP/1.1", $"{Host}X-HTTP-Method-Override: POST\r\n", 405, 426, closes: false),
        ["HTTP/2 from the start"] = new("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, 0),
        ["HTTP/1.2"] = Line("POST {create} HTTP/1.2", Host, 505),

        // an upgrade to what?
        ["Upgrade to HTTP/2"] = Line(
            "GET {create} HTTP/1.1",
            $"{Host}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
            405,
            426,
            closes: false),
        ["WebSocket on the port of the requests"] = Line("GET {create} HTTP/1.1", Host + Upgrade, 405, null, closes: false),
        ["WebSocket of another site by an absolute target"] = Line(
            "GET http://localhost/ HTTP/1.1", $"{Host}Origin: http://example.com\r\n{Upgrade}", 403),
        ["WebSocket with a body"] = Body($"GET {{create}} HTTP/1.1\r\n{Host}{Upgrade}Content-Length: {{length}}\r\n\r\n{{hidden}}", 405, false),
        ["WebSocket with chunks"] = Body(
            $"GET {{create}} HTTP/1.1\r\n{Host}{Upgrade}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 405, false),
        ["WebSocket with two keys"] = Line(
            "GET {create} HTTP/1.1", $"{Host}{Upgrade}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", 405, 426, closes: false),
        ["WebSocket that continues at once as a request"] = Body(
            $"GET {{create}} HTTP/1.1\r\n{Host}Origin: http://example.com\r\n{Upgrade}\r\n{{hidden}}", 403, true, log: 403),

        // where does it end?
        ["Length and chunks"] = Body($"{Post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{{hidden}}", 400, log: 400),
        ["Chunks and length"] = Body($"{Post}Transfer-Encoding: chunked\r\nContent-Length: {{length}}\r\n\r\n0\r\n\r\n{{hidden}}", 400, log: 400),
        ["Coding xchunked"] = Coding("Transfer-Encoding: xchunked"),
        ["Coding in quotes"] = Coding("Transfer-Encoding: \"chunked\""),
        ["Coding behind a vertical tab"] = Coding("Transfer-Encoding: \u000bchunked"),
        ["Coding twice"] = Coding("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        ["Coding and then none"] = Coding("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
        ["Coding after none"] = Coding("Transfer-Encoding: identity, chunked"),
        ["Coding after another"] = Coding("Transfer-Encoding: gzip, chunked"),
        ["Coding with a space before its colon"] = Coding("Transfer-Encoding : chunked"),
        ["Coding in two lines"] = Coding("Transfer-Encoding:\r\n chunked"),
        ["Coding behind a lone line feed"] = Coding("X: x\nTransfer-Encoding: chunked"),
        ["Coding in HTTP/1.0"] = Body(
            $"POST /probe/1/metadata HTTP/1.0\r\n{Host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{{hidden}}", 200),
        ["Length twice"] = Coding("Content-Length: 0\r\nContent-Length: 0"),
        ["Lengths that differ"] = Coding("Content-Length: 0\r\nContent-Length: {length}"),
        ["Length as a list"] = Coding("Content-Length: 0, 0"),
        ["Length with a space"] = Coding("Content-Length: 0 0"),
        ["Length in hexadecimal"] = Coding("Content-Length: 0x0"),
        ["Length that is none"] = Coding("Content-Length: "),
        ["Length beyond all numbers"] = Coding("Content-Length: 18446744073709551616"),
        ["Length with a plus"] = Coding("Content-Length: +0"),
        ["Length with a plus that fits"] = Body($"{Post}Content-Length: +{{length}}\r\n\r\n{{hidden}}", 400, log: 400),
        ["Length with a minus"] = Coding("Content-Length: -0"),
        ["Chunk beyond all numbers"] = Chunks("100000000000000000\r\n"),
        ["Chunk of a negative size"] = Chunks("-1\r\n"),
        ["Chunk of a size with 0x"] = Chunks("0x0\r\n\r\n"),
        ["Chunk of a size after a space"] = Chunks(" 0\r\n\r\n"),
        ["Chunk with a line feed in its extension"] = Chunks("5;\nhello\r\n0\r\n\r\n"),
        ["Chunk with a carriage return in its extension"] = Chunks("0;a\rb\r\n\r\n"),
        ["Chunk that ends in a line feed"] = Chunks("0\n\n"),
        ["Chunk that ends in something else"] = Chunks("1\r\naXX0\r\n\r\n"),
        ["Chunk with an extension is one"] = Body(
            $"{Post}Transfer-Encoding: chunked\r\n\r\n{{hexlength}};a=\"b\"\r\n{{hidden}}\r\n0\r\n\r\n", 200, false),
        ["Host after the chunks"] = Body($"{Post}Transfer-Encoding: chunked\r\n\r\n0\r\nHost: example.com\r\n\r\n", 200, false),
        ["Request in a body"] = Body($"{Post}Content-Length: {{length}}\r\n\r\n{{hidden}}", 200, false),
        ["Request in a body of GET"] = Body($"GET /probe/1/metadata HTTP/1.1\r\n{Host}Content-Length: {{length}}\r\n\r\n{{hidden}}", 405, false),
        ["Request in the body of a stranger"] = Body(
            "POST /probe/1/metadata HTTP/1.1\r\nHost: example.com\r\nContent-Length: {length}\r\n\r\n{hidden}", 403, log: 403),
        ["Request after that of a stranger"] = Body("POST /probe/1/metadata HTTP/1.1\r\nHost: example.com\r\n\r\n{hidden}", 403, log: 403),

        // what may be in a line?
        ["Line feeds alone"] = new("POST {create} HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n", 400, 400),
        ["NUL in a header"] = Create($"{Host}X: a\0b\r\n", 400),
        ["Carriage return in a header"] = Create($"{Host}X: a\rb\r\n", 400),
        ["Header without a name"] = Create($"{Host}: x\r\n", 400),
        ["Header with a space in its name"] = Create($"{Host}X Y: x\r\n", 400),
        ["Line with two spaces"] = Line("POST  {create} HTTP/1.1", Host, 400),
        ["Line with a tab"] = Line("POST\t{create} HTTP/1.1", Host, 400),
        ["Version in small letters"] = Line("POST {create} http/1.1", Host, 505),
    };

    private static string Post => $"POST /probe/1/metadata HTTP/1.1\r\n{Host}";

    /// <summary>The bytes for an operation.</summary>
    /// <param name="create">Its target.</param>
    public string Write(string create)
    {
        var hidden = RawHttp.EngineRequest(8000, create);
        return Text.Replace("{create}", create, StringComparison.Ordinal)
            .Replace("{length}", $"{hidden.Length}", StringComparison.Ordinal)
            .Replace("{hexlength}", $"{hidden.Length:x}", StringComparison.Ordinal)
            .Replace("{hidden}", hidden, StringComparison.Ordinal);
    }

    private static HostileRequest Create(string headers, int status) => Line("POST {create} HTTP/1.1", headers, status);

    private static HostileRequest Line(string line, string headers, int status) => Line(line, headers, status, status, closes: true);

    private static HostileRequest Line(string line, string headers, int http, int? log, bool closes) =>
        new($"{line}\r\n{headers}{(line.StartsWith("POST", StringComparison.Ordinal) ? "Content-Length: 0\r\n" : "")}\r\n", http, log, closes);

    private static HostileRequest Body(string text, int http, bool closes = true, int log = 426) => new(text, http, log, closes);

    private static HostileRequest Coding(string headers) => Body($"{Post}{headers}\r\n\r\n0\r\n\r\n{{hidden}}", 400, log: 400);

    private static HostileRequest Chunks(string chunks) => Body($"{Post}Transfer-Encoding: chunked\r\n\r\n{chunks}{{hidden}}", 400);
}
