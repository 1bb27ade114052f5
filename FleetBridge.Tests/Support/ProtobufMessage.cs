using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace FleetBridge.Tests.Support;

/// <summary>The fields of a message, by their numbers (https://protobuf.dev/programming-guides/encoding/).</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, object Value)> _fields = [];

    public ProtobufMessage(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            object value;
            switch (tag & 7)
            {
                case 0:
                    value = Varint(ref bytes);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
                    bytes = bytes[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref bytes);
                    value = bytes[..length].ToArray();
                    bytes = bytes[length..];
                    break;
                case 5:
                    value = BinaryPrimitives.ReadSingleLittleEndian(bytes);
                    bytes = bytes[4..];
                    break;
                default:
                    throw new InvalidDataException($"no wire type {tag & 7}");
            }

            _fields.Add(((int)(tag >> 3), value));
        }
    }

    public IEnumerable<ProtobufMessage> Messages(int field) => Bytes(field).Select(bytes => new ProtobufMessage(bytes));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).SingleOrDefault() ?? []);

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field).SingleOrDefault() ?? []);

    /// <summary>The only field, whatever it is, as a text.</summary>
    public string Scalar() => _fields.Single().Value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        var number => Convert.ToString(number, CultureInfo.InvariantCulture)!,
    };

    private IEnumerable<byte[]> Bytes(int field) => _fields.Where(one => one.Field == field).Select(one => (byte[])one.Value);

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
