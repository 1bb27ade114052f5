using System.Text;
using Amazon.Emulation.Shapes;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>Requests of the GameLift API, as AWS's clients write them.</summary>
internal static class GameLiftRequest
{
    private const string Signature =
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-west-2/gamelift/aws4_request, "
        + "SignedHeaders=content-type;host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000\r\n"
        + "X-Amz-Date: 20260101T000000Z\r\nUser-Agent: aws-sdk/1.0\r\n";

    /// <summary>In JSON 1.1.</summary>
    public static byte[] Json<T>(string operation, T input)
        where T : class, IShape<T> => Whole(
            $"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: GameLift.{operation}\r\nContent-Type: application/x-amz-json-1.1\r\n",
            JsonShapeWriter.Document(input));

    /// <summary>In smithy-rpc-v2-cbor.</summary>
    public static byte[] Cbor<T>(string operation, T input)
        where T : class, IShape<T> => Whole(
            $"POST /service/GameLift/operation/{operation} HTTP/1.1\r\nHost: localhost\r\nsmithy-protocol: rpc-v2-cbor\r\n"
            + "Accept: application/cbor\r\nContent-Type: application/cbor\r\n",
            CborShapeWriter.Document(input));

    private static byte[] Whole(string head, byte[] body) =>
        [.. Encoding.ASCII.GetBytes($"{head}{Signature}Content-Length: {body.Length}\r\n\r\n"), .. body];
}
