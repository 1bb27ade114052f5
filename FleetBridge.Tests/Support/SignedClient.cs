using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Emulation;
using Amazon.Emulation.Signatures;

namespace FleetBridge.Tests.Support;

/// <summary>
/// Plain HTTP with a signature. That the signature itself is right is for the official clients to show; here it is what a
/// test bends.
/// </summary>
internal sealed class SignedClient(AwsEmulator aws) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public AwsKey Key { get; set; } = aws.Credentials;

    /// <summary>What is signed with; the key's own secret unless a test says otherwise.</summary>
    public string? Secret { get; set; }

    public string Region { get; set; } = AwsEmulator.DefaultRegion;

    /// <summary>The service that is signed for; the right one unless a test says otherwise.</summary>
    public string? Service { get; set; }

    /// <summary>How far the caller's clock is off.</summary>
    public TimeSpan Skew { get; set; }

    public Task<Answer> GameLiftAsync(string operation, JsonObject input) => JsonAsync("gamelift", $"GameLift.{operation}", input);

    public Task<Answer> CognitoAsync(string operation, JsonObject input) =>
        JsonAsync("cognito-idp", $"AWSCognitoIdentityProviderService.{operation}", input);

    public Task<Answer> LambdaAsync(HttpMethod method, string path, JsonObject? body = null) =>
        SendAsync("lambda", method, "/2015-03-31/functions" + path, body?.ToJsonString() ?? "", "application/json");

    public Task<Answer> ApiGatewayAsync(HttpMethod method, string path, JsonObject? body = null) =>
        SendAsync("apigateway", method, "/restapis" + path, body?.ToJsonString() ?? "", "application/json");

    public async Task<Answer> IamAsync(string action, params (string Key, string Value)[] parameters)
    {
        var form = string.Join('&', parameters.Prepend(("Version", "2010-05-08")).Prepend(("Action", action))
            .Select(pair => $"{Uri.EscapeDataString(pair.Item1)}={Uri.EscapeDataString(pair.Item2)}"));
        var region = Region;
        Region = "us-east-1";
        var answer = await SendAsync("iam", HttpMethod.Post, "/", form, "application/x-www-form-urlencoded");
        Region = region;
        return answer;
    }

    public Task<Answer> JsonAsync(string service, string target, JsonObject input) =>
        SendAsync(service, HttpMethod.Post, "/", input.ToJsonString(), "application/x-amz-json-1.1", ("X-Amz-Target", target));

    public async Task<Answer> SendAsync(
        string service, HttpMethod method, string target, string body, string contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, aws.Address + target);
        if (body.Length > 0)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        var date = (aws.Clock.GetUtcNow() + Skew).ToString(SignatureV4.DateFormat, CultureInfo.InvariantCulture);
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = new Uri(aws.Address).Authority,
            ["x-amz-date"] = date,
        };
        foreach (var (name, value) in headers)
        {
            signed[name.ToLowerInvariant()] = value;
        }

        if (Key.Token is not null)
        {
            signed["x-amz-security-token"] = Key.Token;
        }

        foreach (var (name, value) in signed.Where(header => header.Key != "host"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var scope = $"{date[..8]}/{Region}/{Service ?? service}/aws4_request";
        var canonical = SignatureV4.CanonicalRequest(
            method.Method, target, signed.Select(header => (header.Key, header.Value)), SignatureV4.Hash(Encoding.UTF8.GetBytes(body)), pathTwice: true);
        var signature = SignatureV4.Sign(Secret ?? Key.Secret, date, scope, canonical);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"{SignatureV4.Algorithm} Credential={Key.Id}/{scope}, SignedHeaders={string.Join(';', signed.Keys)}, Signature={signature}");
        using var response = await _http.SendAsync(request);
        return new Answer(
            (int)response.StatusCode,
            response.Headers.ToDictionary(header => header.Key, header => header.Value.First(), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    /// <summary>The error's code, in either JSON protocol.</summary>
    public string? Code => Headers.GetValueOrDefault("x-amzn-ErrorType");

    public string? Message => (string?)(Json["message"] ?? Json["Message"]);

    /// <summary>The answer, which has to be a success.</summary>
    public JsonObject Good()
    {
        Assert.True(Status is >= 200 and < 300, $"{Status} {Text}");
        return Text.Length == 0 ? [] : Json;
    }

    /// <summary>Checks that it is this error.</summary>
    public Answer Refused(string code, int status = 400)
    {
        Assert.Equal((code, status), (Code ?? "none: " + Text, Status));
        Assert.True(Headers.ContainsKey("x-amzn-RequestId"));
        return this;
    }
}
