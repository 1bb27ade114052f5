using Amazon.Runtime;
using FleetBridge.Backends;
using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Tests.Unit.Backends.Aws.Account;

/// <summary>No text leaves with what the clients sign with.</summary>
public sealed class SecretsTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Token = "IQoJb3JpZ2luX2VjEXAMPLE//////////token==";

    [Fact]
    public void Known_credentials_are_hidden_plain_and_as_in_an_address()
    {
        var secrets = new Secrets();
        new RedactedCredentials(new SessionAWSCredentials("ASIAIOSFODNN7EXAMPLE", Secret, Token), secrets).GetCredentials();
        var text = secrets.Redact(
            $"x-amz-security-token:{Token}\nhost:x {Secret} ?X-Amz-Security-Token={Uri.EscapeDataString(Token)}&k=ASIAIOSFODNN7EXAMPLE");
        Assert.Equal("x-amz-security-token:[hidden]\nhost:x [hidden] ?X-Amz-Security-Token=[hidden]&k=[hidden]", text);
    }

    [Fact]
    public void Problem_is_without_them_in_message_remedy_and_trace()
    {
        var secrets = new Secrets();
        secrets.Add(Secret);
        var problem = secrets.Redact(new BackendException(
            $"a {Secret}", $"b {Secret}", new InvalidOperationException($"c {Secret}", new IOException($"d {Secret}"))));
        Assert.Equal(("a [hidden]", "b [hidden]"), (problem.Message, problem.Remedy));
        Assert.Contains("d [hidden]", problem.InnerException!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Problem_without_a_remedy_has_none_afterwards() =>
        Assert.Null(new Secrets().Redact(new BackendException("a")).Remedy);
}
