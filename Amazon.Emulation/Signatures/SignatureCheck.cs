using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Amazon.Emulation.Signatures;

/// <summary>Recomputes a request's signature from the secret of the key that it names.</summary>
internal sealed class SignatureCheck(AwsEmulator aws)
{
    private const string Mismatch =
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and " +
        "signing method. Consult the service documentation for details.";

    /// <summary>How far a date may be off: 5 minutes, but 15 in S3.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the path was encoded a second time: everywhere but in S3.</summary>
    public bool PathTwice { get; init; } = true;

    /// <summary>Checks it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="payloadHash">The body's hash, or the word that stands for it in <c>x-amz-content-sha256</c>.</param>
    /// <param name="service">The service it has to be signed for.</param>
    /// <param name="regions">The regions it may be signed for.</param>
    /// <exception cref="SignatureProblem">It does not hold.</exception>
    public SignedRequest Verify(HttpRequest request, string payloadHash, string service, IReadOnlySet<string> regions)
    {
        var (keyId, scope, signedHeaders, signature) = Parts(request.Headers.Authorization.ToString());
        var date = request.Headers["X-Amz-Date"].ToString();
        if (date.Length == 0)
        {
            throw new SignatureProblem(SignatureFault.Incomplete, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
        }

        var key = Known(keyId, request.Headers["X-Amz-Security-Token"].ToString());
        var region = InScope(scope, date, service, regions);
        InTime(date);
        var missing = signedHeaders.Contains("host") ? null : "host";
        missing ??= key.Token is null || signedHeaders.Contains("x-amz-security-token") ? null : "x-amz-security-token";
        if (missing is not null)
        {
            throw new SignatureProblem(SignatureFault.Incomplete, $"'{missing}' must be a 'SignedHeader' in the AWS Authorization.");
        }

        var canonical = SignatureV4.CanonicalRequest(
            request.Method,
            request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            signedHeaders.Select(name => (name, string.Join(',', request.Headers[name].AsEnumerable()))),
            payloadHash,
            PathTwice);
        var expected = SignatureV4.Sign(key.Secret, date, scope, canonical);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(signature)))
        {
            throw new SignatureProblem(SignatureFault.Mismatch, Mismatch);
        }

        return new SignedRequest(key, region, scope, date, signature);
    }

    private static (string KeyId, string Scope, IReadOnlyList<string> Headers, string Signature) Parts(string authorization)
    {
        if (authorization.Length == 0)
        {
            throw new SignatureProblem(SignatureFault.Missing, "Missing Authentication Token");
        }

        var space = authorization.IndexOf(' ', StringComparison.Ordinal);
        var parts = authorization[(space + 1)..]
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .ToDictionary(part => part[0], part => part[1]);
        if (!authorization.StartsWith(SignatureV4.Algorithm + " ", StringComparison.Ordinal)
            || !parts.TryGetValue("Credential", out var credential)
            || !parts.TryGetValue("SignedHeaders", out var headers)
            || !parts.TryGetValue("Signature", out var signature)
            || credential.Split('/').Length != 5)
        {
            throw new SignatureProblem(
                SignatureFault.Incomplete, "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.");
        }

        var slash = credential.IndexOf('/', StringComparison.Ordinal);
        return (credential[..slash], credential[(slash + 1)..], headers.Split(';'), signature);
    }

    private AwsKey Known(string id, string token)
    {
        if (aws.Keys.Find(id) is not { } key || (key.Token ?? "") != token)
        {
            throw new SignatureProblem(SignatureFault.UnknownKey, "The security token included in the request is invalid.");
        }

        return key.Expires <= aws.Clock.GetUtcNow()
            ? throw new SignatureProblem(SignatureFault.Expired, "The security token included in the request is expired")
            : key;
    }

    private static string InScope(string scope, string date, string service, IReadOnlySet<string> regions)
    {
        var parts = scope.Split('/');
        var problem = (parts[0], parts[1], parts[2], parts[3]) switch
        {
            var (day, _, _, _) when !date.StartsWith(day, StringComparison.Ordinal) =>
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{day}' != '{date}'.",
            var (_, region, _, _) when !regions.Contains(region) => "Credential should be scoped to a valid region.",
            var (_, _, name, _) when name != service => $"Credential should be scoped to correct service: '{service}'.",
            var (_, _, _, end) when end != "aws4_request" => "Credential should be scoped with a valid terminator: 'aws4_request'.",
            _ => null,
        };
        return problem is null ? parts[1] : throw new SignatureProblem(SignatureFault.Scope, problem);
    }

    private void InTime(string date)
    {
        if (!DateTimeOffset.TryParseExact(
            date, SignatureV4.DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed))
        {
            throw new SignatureProblem(SignatureFault.Incomplete, $"Date must be in ISO-8601 'basic format'. Got '{date}'.");
        }

        var now = aws.Clock.GetUtcNow();
        if (signed < now - Skew)
        {
            throw new SignatureProblem(
                SignatureFault.Skewed,
                $"Signature expired: {date} is now earlier than {Written(now - Skew)} ({Written(now)} - {Skew.TotalMinutes} min.)");
        }

        if (signed > now + Skew)
        {
            throw new SignatureProblem(
                SignatureFault.Skewed,
                $"Signature not yet current: {date} is still later than {Written(now + Skew)} ({Written(now)} + {Skew.TotalMinutes} min.)");
        }
    }

    private static string Written(DateTimeOffset time) => time.ToString(SignatureV4.DateFormat, CultureInfo.InvariantCulture);
}
