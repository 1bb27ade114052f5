using FleetBridge.Core.Client;

namespace FleetBridge.Tests.Unit.Client;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/aws/1/metadata", "aws|1|metadata")]
    [InlineData("//aws///1//metadata/", "aws|1|metadata")]
    [InlineData("/aws/1/a/./b/../c", "aws|1|a|.|b|..|c")]
    [InlineData("/aws/1/%2e%2e/%2E/c", "aws|1|..|.|c")]
    [InlineData("/aws/1/a%2fb/c%2Fd", "aws|1|a%2fb|c%2Fd")]
    [InlineData("/aws/1/a%5cb/c\\d", "aws|1|a%5cb|c\\d")]
    [InlineData("/aws/1/%252e%252e%252f", "aws|1|%2e%2e%2f")]
    [InlineData("/%61ws/1/a+b%20c", "aws|1|a+b c")]
    [InlineData("/aws/1/%zz/%f/%ff/%", "aws|1|%zz|%f|%ff|%")]
    [InlineData("/aws/1/%C3%A4", "aws|1|ä")]
    [InlineData("/aws/1/a;b=c#d", "aws|1|a;b=c#d")]
    [InlineData("http://localhost:8000/aws/1/metadata", "aws|1|metadata")]
    [InlineData("HTTP://[::1]:8000//aws/1", "aws|1")]
    [InlineData("http://localhost:8000", "")]
    [InlineData("http://localhost?prefix=x", "")]
    [InlineData("/http://aws/1", "http:|aws|1")]
    [InlineData("/", "")]
    [InlineData("*", "*")]
    [InlineData("", "")]
    public void Path_is_split_without_walking(string raw, string expected) =>
        Assert.Equal(expected, string.Join('|', Parse(raw).Segments));

    [Theory]
    [InlineData("\"C%3A%5CMy%20Games\"", "C:\\My Games")]
    [InlineData("%22C:\\My Games%22", "C:\\My Games")]
    [InlineData("'single'", "single")]
    [InlineData("%27single%27", "single")]
    [InlineData("%22mixed\"", "mixed")]
    [InlineData("\"\"twice\"\"", "\"twice\"")]
    [InlineData("\"unmatched", "\"unmatched")]
    [InlineData("unmatched'", "unmatched'")]
    [InlineData("\"crossed'", "\"crossed'")]
    [InlineData("a\"b\"c", "a\"b\"c")]
    [InlineData("\"", "\"")]
    [InlineData("'", "'")]
    [InlineData("\"'\"", "'")]
    [InlineData("\"a\";", "\"a\";")]
    [InlineData("a+b%20c%2Bd", "a b c+d")]
    [InlineData("\"+a+\"", " a ")]
    [InlineData("%zz", "%zz")]
    [InlineData("%f", "%f")]
    [InlineData("100%", "100%")]
    [InlineData("%ff%41", "%ffA")]
    [InlineData("%C3%A4%C3", "ä%C3")]
    [InlineData("%ED%A0%80", "%ED%A0%80")]
    [InlineData("%C0%AF", "%C0%AF")]
    [InlineData("%F0%9F%9A%80", "🚀")]
    [InlineData("%2541", "%41")]
    [InlineData("%26%3D%3F%23", "&=?#")]
    [InlineData("a=b=c", "a=b=c")]
    [InlineData("a?b", "a?b")]
    [InlineData("\\{a[b]}", "\\{a[b]}")]
    [InlineData("a;b", "a;b")]
    [InlineData("../..", "../..")]
    public void Value_is_decoded_then_unquoted(string raw, string expected) =>
        Assert.Equal(expected, Parse($"/aws/1/config?a=1&text={raw}&z=2").Parameters["text"]);

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("text=")]
    [InlineData("text=\"\"")]
    [InlineData("text=''")]
    [InlineData("text=%22%22")]
    [InlineData("text=&text=")]
    [InlineData("=value")]
    [InlineData("&&&")]
    [InlineData("Text=other")]
    public void Blank_or_missing_value_is_absent(string query) =>
        Assert.False(Parse($"/aws/1/config?{query}").Parameters.ContainsKey("text"));

    [Theory]
    [InlineData("text=1&text=2")]
    [InlineData("text=&text=1&text=2")]
    [InlineData("text=\"\"&te%78t=1")]
    [InlineData("text&text=1")]
    [InlineData("?=x&text=1")]
    public void First_of_repeated_keys_counts_unless_it_is_blank(string query) =>
        Assert.Equal("1", Parse($"/aws/1/config?{query}").Parameters["text"]);

    [Fact]
    public void Design_notes_example_with_raw_backslashes_and_an_unbalanced_quote_is_read()
    {
        var target = Parse("/aws/1/deployment/uploaded_build_check?profile_name=default&region_name=us-east-1&prefix=test1"
            + "&server_package_root=\"C:\\Games\\My Game\\WindowsServer&fleet_launch_path=C:\\game\\Server.exe\"");
        Assert.Equal(["aws", "1", "deployment", "uploaded_build_check"], target.Segments);
        Assert.Equal("us-east-1", target.Parameters["region_name"]);
        Assert.Equal("\"C:\\Games\\My Game\\WindowsServer", target.Parameters["server_package_root"]);
        Assert.Equal("C:\\game\\Server.exe\"", target.Parameters["fleet_launch_path"]);
    }

    [Fact]
    public void Request_takes_backend_and_version_off_the_path()
    {
        Assert.True(Parse("/aws_backend/1/deployment/fleet/check?prefix=x").TryGetRequest(out var request));
        Assert.Equal("aws_backend", request.Backend);
        Assert.Equal("1", request.Version);
        Assert.Equal(["deployment", "fleet", "check"], request.Segments);
        Assert.Equal("x", request.Parameters["prefix"]);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/aws")]
    [InlineData("//aws//?prefix=x")]
    public void Path_without_backend_and_version_is_no_request(string raw) =>
        Assert.False(Parse(raw).TryGetRequest(out _));

    [Theory]
    [InlineData(RequestTarget.MostParameters, true)]
    [InlineData(RequestTarget.MostParameters + 1, false)]
    public void Query_may_have_so_many_parameters_and_no_more(int count, bool readable)
    {
        var raw = "/aws/1/config?" + string.Join('&', Enumerable.Range(0, count).Select(i => $"k{i}=v"));
        Assert.Equal(readable, RequestTarget.TryParse(raw, out _, out var problem));
        Assert.Equal(readable, problem is null);
    }

    private static RequestTarget Parse(string raw)
    {
        Assert.True(RequestTarget.TryParse(raw, out var target, out var problem), problem);
        return target;
    }
}
