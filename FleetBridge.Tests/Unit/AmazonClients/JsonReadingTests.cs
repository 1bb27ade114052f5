using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.Clients.Runtime;
using Amazon.GameLift.Model;
using Amazon.Lambda.Model;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>JSON that is newer than the model, has holes, or is no JSON of the service at all.</summary>
public sealed class JsonReadingTests
{
    [Fact]
    public void Unknown_members_are_passed_over_whatever_they_hold()
    {
        var read = Read(
            """
            {"New": {"Deep": [{"Name": "not this"}, [1, 2]], "FleetAttributes": [{"Name": "nor this"}]},
             "FleetAttributes": [{"NewToo": [[{}]], "Name": "a", "Newest": null}], "NextToken": "next", "Last": 1e300}
            """);
        Assert.Equal("a", Assert.Single(read.FleetAttributes!).Name);
        Assert.Equal("next", read.NextToken);
    }

    [Fact]
    public void Members_and_items_that_are_null_are_left_out()
    {
        var read = Read(
            """
            {"NextToken": null, "FleetAttributes": [null, {"Name": null, "Status": null, "CreationTime": null,
             "CertificateConfiguration": null, "LogPaths": ["a", null, "b"], "MetricGroups": null}]}
            """);
        var fleet = Assert.Single(read.FleetAttributes!);
        Assert.Null(read.NextToken);
        Assert.Equal((null, null, null, null), (fleet.Name, fleet.Status, fleet.CreationTime, fleet.CertificateConfiguration));
        Assert.Equal(["a", "b"], fleet.LogPaths!);
        Assert.Null(fleet.MetricGroups);
    }

    [Fact]
    public void Collections_are_null_unless_they_are_there()
    {
        Assert.Null(Read("{}").FleetAttributes);
        Assert.Empty(Read("""{"FleetAttributes": []}""").FleetAttributes!);
    }

    [Fact]
    public void Constant_that_the_model_does_not_know_is_kept() =>
        Assert.Equal("HIBERNATING", Read("""{"FleetAttributes": [{"Status": "HIBERNATING"}]}""").FleetAttributes![0].Status!.Value);

    [Theory]
    [InlineData("1767323045.5")]
    [InlineData("1.7673230455E9")]
    [InlineData("\"2026-01-02T03:04:05.500Z\"")]
    public void Time_is_seconds_or_iso_8601(string value) => Assert.Equal(
        ModelSamples.Time,
        Read($$"""{"FleetAttributes": [{"CreationTime": {{value}}}]}""").FleetAttributes![0].CreationTime);

    [Theory]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.PositiveInfinity, "\"Infinity\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    [InlineData(0.1, "0.1")]
    public void Number_that_json_has_not_is_a_text(double number, string expected)
    {
        var value = new AttributeValue { N = number, SDM = new() { ["a"] = number } };
        var json = Encoding.UTF8.GetString(JsonBody.Write(value, AttributeValueJson.Write));
        Assert.Equal($$$"""{"N":{{{expected}}},"SDM":{"a":{{{expected}}}}}""", json);
        Assert.Equal(number, JsonBody.Read<AttributeValue>(Encoding.UTF8.GetBytes(json), AttributeValueJson.Read)!.N);
    }

    [Fact]
    public void Text_survives_whatever_is_in_it()
    {
        var text = "quotes \" \\ \n\t\u0001 é 漢字 🎮 </script>";
        var written = JsonBody.Write(new CreateBuildRequest { Name = text }, CreateBuildRequestJson.Write);
        Assert.Equal(text, JsonDocument.Parse(written).RootElement.GetProperty("Name").GetString());
    }

    [Fact]
    public void What_is_null_is_not_written_and_what_is_empty_is()
    {
        var request = new CreateFleetRequest { Name = "", LogPaths = [], Tags = null };
        Assert.Equal("""{"Name":"","LogPaths":[]}""", Encoding.UTF8.GetString(JsonBody.Write(request, CreateFleetRequestJson.Write)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{} {}")]
    [InlineData("{\"NextToken\": 7}")]
    [InlineData("{\"NextToken\": \"\\ud800\"}")]
    [InlineData("{\"FleetAttributes\": {}}")]
    [InlineData("{\"FleetAttributes\": [\"a\"]}")]
    [InlineData("{\"FleetAttributes\": [{\"CreationTime\": \"yesterday\"}]}")]
    [InlineData("{\"FleetAttributes\": [")]
    public void What_is_not_the_services_json_is_a_json_exception(string body) =>
        Assert.ThrowsAny<JsonException>(() => Read(body));

    [Fact]
    public void Nesting_without_end_is_a_json_exception() =>
        Assert.ThrowsAny<JsonException>(() => Read($$"""{"New": {{string.Concat(Enumerable.Repeat("[", 100_000))}}"""));

    [Fact]
    public async Task Label_without_a_value_is_refused_before_anything_is_sent()
    {
        using var client = new RecordedClient(ClientModels.Surface("lambda"));
        using var response = new HttpResponseMessage(HttpStatusCode.NoContent);
        var exception = await Assert.ThrowsAsync<ArgumentException>(
            () => client.CallAsync("DeleteFunction", new DeleteFunctionRequest { FunctionName = "" }, response));
        Assert.Contains("FunctionName", exception.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => client.Request);
    }

    [Fact]
    public async Task Error_has_the_members_that_only_its_exception_has()
    {
        using var client = new RecordedClient(ClientModels.Surface("lambda"));
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests)
        {
            Content = new StringContent("""{"Type": "User", "message": "Slower.", "Reason": "CallerRateLimitExceeded"}"""),
        };
        response.Headers.TryAddWithoutValidation("x-amzn-ErrorType", "TooManyRequestsException");
        response.Headers.TryAddWithoutValidation("Retry-After", "7");
        var exception = await Assert.ThrowsAsync<TooManyRequestsException>(
            () => client.CallAsync("GetFunction", new GetFunctionRequest { FunctionName = "one" }, response));
        Assert.Equal(
            ("Slower.", "User", "CallerRateLimitExceeded", "7", HttpStatusCode.TooManyRequests),
            (exception.Message, exception.Type, exception.Reason!.Value, exception.RetryAfterSeconds, exception.StatusCode));
    }

    private static DescribeFleetAttributesResponse Read(string json) =>
        JsonBody.Read<DescribeFleetAttributesResponse>(Encoding.UTF8.GetBytes(json), DescribeFleetAttributesResponseJson.Read)!;
}
