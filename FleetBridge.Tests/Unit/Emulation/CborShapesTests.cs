using System.Text;
using Amazon.Emulation.GameLift.Model;
using Amazon.Emulation.Shapes;

namespace FleetBridge.Tests.Unit.Emulation;

/// <summary>Shapes in CBOR: what AWS's clients write and read, and what an enemy would.</summary>
public sealed class CborShapesTests
{
    // as the JavaScript client writes it
    private const string CreateGameSession =
        "a367466c656574496467666c6565742d3178194d6178696d756d506c6179657253657373696f6e436f756e74046e47616d6550726f7065727469657381a2634b65"
        + "796161" + "6556616c75656162";

    private const string FleetId = "67466c6565744964";
    private const string Maximum = "78194d6178696d756d506c6179657253657373696f6e436f756e74";
    private const string StartTime = "69537461727454696d65";

    [Fact]
    public void Request_of_the_JavaScript_client_is_read_and_written_to_the_byte()
    {
        var request = Read<CreateGameSessionRequest>(CreateGameSession)!;
        Assert.Equal(("fleet-1", 4), (request.FleetId, request.MaximumPlayerSessionCount));
        Assert.Equal([("a", "b")], request.GameProperties!.Select(property => (property.Key!, property.Value!)));
        Assert.Equal(CreateGameSession, Hex(request));
    }

    [Fact]
    public void Empty_structure_is_an_empty_map() => Assert.Equal("a0", Hex(new DeleteFleetResponse()));

    [Theory]
    [InlineData("bf" + FleetId + "67666c6565742d31" + Maximum + "04" + "ff", "a map of indefinite length")]
    [InlineData("bf" + FleetId + "7f65666c656574622d31ff" + Maximum + "04" + "ff", "a text in two chunks")]
    [InlineData("a2" + "7f65466c656574624964ff" + "67666c6565742d31" + Maximum + "04", "a name in two chunks")]
    [InlineData("a2" + FleetId + "67666c6565742d31" + Maximum + "1804", "a number that is longer than it has to be")]
    [InlineData("a2" + FleetId + "67666c6565742d31" + Maximum + "1b0000000000000004", "a number of 64 bits")]
    [InlineData("a3" + FleetId + "67666c6565742d31" + Maximum + "04" + "644e616d65f6", "a null")]
    [InlineData("a3" + FleetId + "67666c6565742d31" + Maximum + "04" + "634e6577a1615883f5fb3ff000000000000040", "an unknown member that holds everything")]
    [InlineData("a3" + FleetId + "67666c6565742d31" + Maximum + "04" + "634e6577c11a5f5e1000", "an unknown member with a tag")]
    [InlineData("a3" + FleetId + "67666c6565742d31" + Maximum + "04" + "634e65779fbf6161f7ffff", "an unknown member of indefinite length with undefined in it")]
    public void Every_form_of_the_same_request_is_read(string hex, string what)
    {
        var request = Read<CreateGameSessionRequest>(hex);
        Assert.True(request is { FleetId: "fleet-1", MaximumPlayerSessionCount: 4, Name: null }, what);
    }

    [Fact]
    public void List_of_indefinite_length_is_read_without_its_nulls()
    {
        // {"FleetIds": [_ "fleet-1", null, "fleet-2"]}
        var request = Read<DescribeFleetAttributesRequest>("a168466c6565744964739f67666c6565742d31f667666c6565742d32ff")!;
        Assert.Equal(["fleet-1", "fleet-2"], request.FleetIds!);
    }

    [Theory]
    [InlineData("c11a5f5e1000", 1600000000000)]
    [InlineData("c1fb41d5f1e8b0a00000", 1472701122500)]
    [InlineData("c1fb3ff8000000000000", 1500)]
    [InlineData("c1f93e00", 1500)]
    [InlineData("c1fa3fc00000", 1500)]
    [InlineData("c120", -1000)]
    [InlineData("1a5f5e1000", 1600000000000)]
    public void Time_is_read_in_every_precision(string value, long milliseconds)
    {
        var request = Read<DescribeFleetEventsRequest>($"a1{StartTime}{value}")!;
        Assert.Equal(milliseconds, request.StartTime!.Value.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Time_is_written_as_tag_1_and_a_double_of_seconds() => Assert.Equal(
        $"a1{StartTime}c1fb41d5e5e7450e5604",
        Hex(new DescribeFleetEventsRequest { StartTime = DateTimeOffset.FromUnixTimeMilliseconds(1469553940224) }));

    [Fact]
    public void Double_is_written_with_64_bits() =>
        Assert.Equal("a1614efb4037000000000000", Hex(new AttributeValue { N = 23 }));

    [Theory]
    [InlineData("a1614efb4037000000000000")]
    [InlineData("a1614efa41b80000")]
    [InlineData("a1614ef94dc0")]
    [InlineData("a1614e17")]
    public void Double_is_read_from_every_number(string hex) => Assert.Equal(23, Read<AttributeValue>(hex)!.N);

    [Theory]
    [InlineData("a0")]
    [InlineData("bfff")]
    public void Empty_map_is_an_empty_structure(string hex) => Assert.Null(Read<CreateGameSessionRequest>(hex)!.FleetId);

    [Fact]
    public void Last_of_two_members_of_one_name_counts() =>
        Assert.Equal("b", Read<CreateGameSessionRequest>("a2" + FleetId + "6161" + FleetId + "6162")!.FleetId);

    [Fact]
    public void Null_is_no_structure() => Assert.Null(Read<CreateGameSessionRequest>("f6"));

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("a1", "an end that is missing")]
    [InlineData("bf", "an indefinite end that is missing")]
    [InlineData("a0a0", "two documents")]
    [InlineData("80", "a list")]
    [InlineData("05", "a number")]
    [InlineData("ff", "a break")]
    [InlineData("1c", "a reserved length")]
    [InlineData("a10102", "a name that is a number")]
    [InlineData("a1" + FleetId + "05", "a number for a text")]
    [InlineData("a1" + FleetId + "4161", "bytes for a text")]
    [InlineData("a1" + FleetId + "61ff", "a text that is no UTF-8")]
    [InlineData("a1" + FleetId + "f5", "a boolean for a text")]
    [InlineData("a1" + Maximum + "6134", "a text for a number")]
    [InlineData("a1" + Maximum + "fb4010000000000000", "a double for a whole number")]
    [InlineData("a1" + Maximum + "f94400", "a half for a whole number")]
    [InlineData("a1" + Maximum + "1b0000000100000000", "a number beyond 32 bits")]
    [InlineData("a1" + Maximum + "1bffffffffffffffff", "the largest number")]
    [InlineData("a1" + Maximum + "3bffffffffffffffff", "the smallest number")]
    [InlineData("a1" + Maximum + "c104", "a tag where none is due")]
    [InlineData("a1" + StartTime + "c01a5f5e1000", "a time of tag 0")]
    [InlineData("a1" + StartTime + "c074323031332d30332d32315432303a30343a30305a", "a time that is a text")]
    [InlineData("a1" + StartTime + "c1fb7ff0000000000000", "a time that is infinite")]
    [InlineData("a1" + StartTime + "c1fb7ff8000000000000", "a time that is no number")]
    [InlineData("a1" + StartTime + "c11bffffffffffffffff", "a time after all times")]
    [InlineData("a1" + FleetId + "7bffffffffffffffff61", "a text of 16 exabytes")]
    [InlineData("bbffffffffffffffff", "a map of 16 exa-members")]
    [InlineData("a1" + "6e47616d6550726f70657274696573" + "9bffffffffffffffff", "a list of 16 exa-items")]
    [InlineData("a1" + "6e47616d6550726f70657274696573" + "a0", "a map for a list")]
    [InlineData("a1" + "6e47616d6550726f70657274696573" + "8105", "a number for a structure in a list")]
    [InlineData("a1" + FleetId + "7f61c361a9", "a text whose chunks do not end")]
    [InlineData("a1" + FleetId + "7f4161ff", "bytes as a chunk of a text")]
    public void What_is_not_the_shape_is_a_format_exception(string hex, string what)
    {
        var exception = Record.Exception(() =>
        {
            Read<CreateGameSessionRequest>(hex);
            Read<DescribeFleetEventsRequest>(hex);
        });
        Assert.True(exception is FormatException, $"{what}: {exception}");
    }

    [Theory]
    [InlineData("81", "lists")]
    [InlineData("9f", "lists of indefinite length")]
    [InlineData("a16161", "maps")]
    [InlineData("bf6161", "maps of indefinite length")]
    public void What_is_nested_deeper_than_64_levels_is_refused(string level, string what)
    {
        foreach (var depth in new[] { 70, 10_000, 2_000_000 })
        {
            var exception = Record.Exception(() => Read<CreateGameSessionRequest>("a1634e6577" + Repeated(level, depth)));
            Assert.True(exception is FormatException, $"{depth} {what}: {exception}");
        }
    }

    [Fact]
    public void Two_million_tags_are_a_format_exception() =>
        Assert.Throws<FormatException>(() => Read<CreateGameSessionRequest>("a1634e6577" + Repeated("c1", 2_000_000)));

    [Fact]
    public void Random_bytes_are_read_or_refused()
    {
        var random = new Random(13);
        var valid = Convert.FromHexString(CreateGameSession);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = valid.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var exception = Record.Exception(() => CborShapeReader.Document<CreateGameSessionRequest>(bytes.AsMemory(0, random.Next(1, bytes.Length + 1))));
            Assert.True(exception is null or FormatException, $"{Convert.ToHexString(bytes)}: {exception}");
        }
    }

    [Fact]
    public void Text_of_every_length_is_kept()
    {
        foreach (var length in new[] { 0, 23, 24, 255, 256, 65535, 65536, 262144 })
        {
            var text = string.Concat(Enumerable.Repeat("é", length));
            var read = CborShapeReader.Document<CreateGameSessionRequest>(CborShapeWriter.Document(new CreateGameSessionRequest { GameSessionData = text }))!;
            Assert.Equal(text, read.GameSessionData);
        }
    }

    private static T? Read<T>(string hex)
        where T : class, IShape<T> => CborShapeReader.Document<T>(Convert.FromHexString(hex));

    private static string Hex<T>(T shape)
        where T : class, IShape<T> => Convert.ToHexStringLower(CborShapeWriter.Document(shape));

    private static string Repeated(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();
}
