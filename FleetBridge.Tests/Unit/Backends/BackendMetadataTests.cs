using System.Text;
using System.Text.Json;
using FleetBridge.Backends;

namespace FleetBridge.Tests.Unit.Backends;

public sealed class BackendMetadataTests
{
    private const string Component = """{"Name":"N","Description":"D","Requests":[{"Name":"R","RequestPath":"/a/b"}]}""";

    [Fact]
    public void Whole_metadata_is_read()
    {
        var metadata = Parse($$"""
            {
              // a comment, and a comma too many below
              "Fleet Type": "T", "Fleet Description": "<Header>Größe</>\n• one",
              "Components": [{{Component}},],
            }
            """);
        Assert.Equal("T", metadata.FleetType);
        Assert.Equal("<Header>Größe</>\n• one", metadata.FleetDescription);
        var component = Assert.Single(metadata.Components);
        Assert.Equal(("N", "D"), (component.Name, component.Description));
        Assert.Equal(new MetadataRequest("R", "/a/b"), Assert.Single(component.Requests));
    }

    [Fact]
    public void Byte_order_mark_of_a_windows_editor_does_not_count()
    {
        var text = Encoding.UTF8.GetBytes($$"""{"Fleet Type":"T","Fleet Description":"D","Components":[{{Component}}]}""");
        Assert.Equal("T", BackendMetadata.Parse([0xEF, 0xBB, 0xBF, .. text]).FleetType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"Fleet Type":"T","Fleet Description":"D"}""")]
    [InlineData("""{"Fleet Type":"T","Components":[]}""")]
    [InlineData("""{"fleet type":"T","Fleet Description":"D","Components":[]}""")]
    [InlineData("""{"Fleet Type":null,"Fleet Description":"D","Components":[]}""")]
    [InlineData("""{"Fleet Type":1,"Fleet Description":"D","Components":[]}""")]
    [InlineData("""{"Fleet Type":"T","Fleet Description":"D","Components":null}""")]
    [InlineData("""{"Fleet Type":"T","Fleet Description":"D","Components":[null]}""")]
    [InlineData("""{"Fleet Type":"T","Fleet Description":"D","Components":[{"Name":"N","Description":"D"}]}""")]
    [InlineData("""{"Fleet Type":"T","Fleet Description":"D","Components":[{"Name":"N","Description":"D","Requests":[null]}]}""")]
    [InlineData("""{"Fleet Type":"T","Fleet Description":"D","Components":[{"Name":"N","Description":"D","Requests":[{"Name":"R"}]}]}""")]
    [InlineData("""{"Fleet Type":"T","Fleet Description":"D","Components":[],"Extra":1}""")]
    public void Broken_metadata_is_refused(string json)
    {
        Assert.Throws<JsonException>(() => Parse(json));
    }

    [Fact]
    public void Broken_metadata_tells_the_line()
    {
        var error = Assert.Throws<JsonException>(() => Parse("{\n\"Fleet Type\": \"T\",\n\"Fleet Type\" oops\n}"));
        Assert.Equal(2, error.LineNumber);
    }

    private static BackendMetadata Parse(string json) => BackendMetadata.Parse(Encoding.UTF8.GetBytes(json));
}
