using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Security;

namespace FleetBridge.Tests.Unit.Security;

/// <summary>What looks like a secret does not leave.</summary>
public sealed class RedactionTests
{
    private const string Token = "IQoJb3JpZ2luX2VjEOn//////////wEaCXVzLXdlc3QtMiJHMEUCIQ==";
    private const string Jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

    [Theory]
    [InlineData("The key AKIAIOSFODNN7EXAMPLE is old", "The key AKIA[hidden] is old")]
    [InlineData("arn of ASIAIOSFODNN7EXAMPLE.", "arn of ASIA[hidden].")]
    [InlineData("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/b", "aws_secret_access_key = [hidden]")]
    [InlineData("aws_session_token=" + Token, "aws_session_token=[hidden]")]
    [InlineData("""{"SecretAccessKey": "wJalr/X", "SessionToken": "a+b=="}""", """{"SecretAccessKey": "[hidden]", "SessionToken": "[hidden]"}""")]
    [InlineData("""{\"SecretAccessKey\":\"wJalr/X\"}""", """{\"SecretAccessKey\":\"[hidden]\"}""")]
    [InlineData("<SessionToken>abc/def==</SessionToken>", "<SessionToken>[hidden]</SessionToken>")]
    [InlineData("x-amz-security-token:" + Token + "\nhost", "x-amz-security-token:[hidden]\nhost")]
    [InlineData(
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-west-2/s3/aws4_request, SignedHeaders=host, Signature=fe5f80f77d5fa3be",
        "Authorization: AWS4-HMAC-SHA256 Credential=[hidden], SignedHeaders=host, Signature=[hidden]")]
    [InlineData("authorization: Bearer abcdefghijklmnop.qrst-uv==", "authorization: Bearer [hidden]")]
    [InlineData(
        "https://b.s3.amazonaws.com/k?X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F2026&X-Amz-Security-Token=IQo%2Fx&X-Amz-Signature=fe5f80f77d5f&x=1",
        "https://b.s3.amazonaws.com/k?X-Amz-Credential=[hidden]&X-Amz-Security-Token=[hidden]&X-Amz-Signature=[hidden]&x=1")]
    [InlineData("token " + Jwt + " end", "token [hidden] end")]
    [InlineData("POST /x?access_token=abcdef&x=1", "POST /x?access_token=[hidden]&x=1")]
    [InlineData("""{"refresh_token":"abc","id_token":"def","client_secret":"ghi"}""", """{"refresh_token":"[hidden]","id_token":"[hidden]","client_secret":"[hidden]"}""")]
    [InlineData("Authorization: Bearer k7oCiNUAVaPTF34XbqwjMGi4N2KI3VRmdOXuM2ErEWw", "Authorization: Bearer [hidden]")]
    [InlineData("Proxy-Authorization: Basic dXNlcjpwYXNz", "Proxy-Authorization: Basic [hidden]")]
    [InlineData("The proxy http://me:pass-word@proxy.example:8080 is silent", "The proxy http://me:[hidden]@proxy.example:8080 is silent")]
    [InlineData(
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA75\nabc=\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----[hidden]-----END RSA PRIVATE KEY-----")]
    [InlineData("""{"accessToken": "aoaAAAA", "refreshToken": "r"}""", """{"accessToken": "[hidden]", "refreshToken": "[hidden]"}""")]
    public void Secret_is_hidden(string text, string expected)
    {
        Assert.Equal(expected, Redaction.Clean(text));
        Assert.Equal(expected, Redaction.Clean(expected));
    }

    [Theory]
    [InlineData("""{"SecretAccessKey":"Zq9\/SECRET+abc\/def"}""", """{"SecretAccessKey":"[hidden]"}""")]
    [InlineData("""{\"SecretAccessKey\":\"Zq9\\\/SECRET\"}""", """{\"SecretAccessKey\":\"[hidden]\"}""")]
    [InlineData("""{"SecretAccessKey":"Zq9\u002FSECRET\u002babc"}""", """{"SecretAccessKey":"[hidden]"}""")]
    [InlineData("<SecretAccessKey>Zq9&#x2F;SECRET&#43;abc</SecretAccessKey>", "<SecretAccessKey>[hidden]</SecretAccessKey>")]
    [InlineData("&lt;SecretAccessKey&gt;Zq9&#x2f;SECRET&lt;/", "&lt;SecretAccessKey&gt;[hidden]&lt;/")]
    [InlineData("{&quot;SessionToken&quot;: &quot;IQo&#x2F;b&quot;}", "{&quot;SessionToken&quot;: &quot;[hidden]&quot;}")]
    [InlineData("aws_secret_access_key%3DZq9%2fSECRET%2Babc&x=1", "aws_secret_access_key%3D[hidden]&x=1")]
    [InlineData("%22sessiontoken%22%3a%20%22IQo%2fb", "%22sessiontoken%22%3a%20%22[hidden]")]
    [InlineData("AWS_SECRET_ACCESS_KEY=abc/def", "AWS_SECRET_ACCESS_KEY=[hidden]")]
    [InlineData("aws secret access key: abc/def", "aws secret access key: [hidden]")]
    [InlineData("X-AMZ-SIGNATURE%3D0123456789abcdef%26x", "X-AMZ-SIGNATURE%3D[hidden]")]
    [InlineData("authorization: bearer%20abcdefghijklmnop", "authorization: bearer%20[hidden]")]
    [InlineData(@"http:\/\/me:pass-word@proxy.example", @"http:\/\/me:[hidden]@proxy.example")]
    [InlineData("url=http%3A%2F%2Fme%3Apass-word%40proxy.example", "url=http%3A%2F%2Fme%3A[hidden]%40proxy.example")]
    [InlineData("url=http%3a%2f%2fme:pass-word%40proxy.example", "url=http%3a%2f%2fme:[hidden]%40proxy.example")]
    [InlineData("-eyJhbGciOiJIUzI1NiJ9-and_no_dot", "-[hidden]")]
    [InlineData("%22eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.sig%22", "%22[hidden]%22")]
    public void Secret_in_another_spelling_is_hidden(string text, string expected) => Assert.Equal(expected, Redaction.Clean(text));

    [Theory]
    [InlineData("at http://me:pass-wo…", "at http://me:[hidden]…")]
    [InlineData("Bearer abc…", "Bearer [hidden]")]
    [InlineData("Proxy-Authorization: Basic dXN…", "Proxy-Authorization: Basic [hidden]")]
    public void Secret_that_was_cut_before_is_hidden(string text, string expected) => Assert.Equal(expected, Redaction.Clean(text));

    [Theory]
    [InlineData("aws_secret_access_key =", "Zq9SECRET more", "[hidden] more")]
    [InlineData("\"SecretAccessKey\": ", "  \"Zq9SECRET\",", "  \"[hidden]\",")]
    [InlineData("<SessionToken>", "IQoJb3/x&#x2F;y</SessionToken>", "[hidden]</SessionToken>")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----", "MIIEpAIBAAKCAQEA75", "[hidden]")]
    [InlineData("done", "MIIEpAIBAAKCAQEA75", "MIIEpAIBAAKCAQEA75")]
    [InlineData("The secret key", "belongs to another", "belongs to another")]
    public void Secret_that_is_split_over_two_records_is_hidden(string first, string second, string expected)
    {
        var redaction = new RecordRedaction();
        redaction.Clean(first);
        Assert.Equal(expected, redaction.Clean(second));
        Assert.Equal("harmless words", redaction.Clean("harmless words"));
    }

    [Fact]
    public void Key_whose_lines_are_records_is_hidden_to_its_end()
    {
        var redaction = new RecordRedaction();
        Assert.Equal("-----BEGIN PRIVATE KEY-----", redaction.Clean("-----BEGIN PRIVATE KEY-----"));
        for (var line = 0; line < 50; line++)
        {
            Assert.Equal("[hidden]", redaction.Clean(new string((char)('A' + (line % 26)), 64)));
        }

        Assert.Equal("[hidden]", redaction.Clean("abc="));
        Assert.Equal("-----END PRIVATE KEY-----", redaction.Clean("-----END PRIVATE KEY-----"));
        Assert.Equal("word", redaction.Clean("word"));
    }

    [Theory]
    [InlineData("The fleet test1-fleet (fleet-2222bbbb-33cc) is ACTIVE in Asia")]
    [InlineData("AWS refuses the signature of the AWS profile 'me': the secret key does not belong to the access key.")]
    [InlineData("arn:aws:iam::123456789012:role/Asian-AKIAN, https://x.execute-api.us-west-2.amazonaws.com/stage")]
    [InlineData("curl -H 'Authorization: Bearer <token>' and session tokens")]
    [InlineData("http://localhost:8000/a@b, ws://localhost:8765 and mailto:me@example.com, http://x/?a=b:c@d")]
    [InlineData("Authorization: Basic auth is not understood. The authorizer and its authorization")]
    [InlineData("Set the secret: it is missing. Log in again ('aws sso login --profile x')")]
    public void Text_without_a_secret_stays_as_it_is(string text) => Assert.Same(text, Redaction.Clean(text));

    [Fact]
    public void Response_is_without_secrets_and_still_json()
    {
        var response = BridgeResponse.Completed(BackendResult.Failure(
            "It said \"SecretAccessKey\": \"wJalr\" ü",
            "Use aws_session_token=abc",
            new JsonObject
            {
                ["Key \"AKIAIOSFODNN7EXAMPLE\""] = 1,
                ["Nested"] = new JsonObject { ["SessionToken"] = "x", ["Urls"] = new JsonArray("a?X-Amz-Signature=0123456789", null, true), ["None"] = null },
                ["Plain"] = "stays",
            }));
        var text = Encoding.ASCII.GetString(ResponseMessage.Write(response).Span);
        var json = JsonNode.Parse(text)!;
        Assert.Equal("It said \"SecretAccessKey\": \"[hidden]\" ü Use aws_session_token=[hidden]", (string?)json["Error"]);
        Assert.Equal("[hidden]", (string?)json["Details"]!["Nested"]!["SessionToken"]);
        Assert.Equal("a?X-Amz-Signature=[hidden]", (string?)json["Details"]!["Nested"]!["Urls"]![0]);
        Assert.True((bool?)json["Details"]!["Nested"]!["Urls"]![2]);
        Assert.Equal("stays", (string?)json["Details"]!["Plain"]);
        Assert.DoesNotContain("AKIAIOS", text, StringComparison.Ordinal);
    }
}
