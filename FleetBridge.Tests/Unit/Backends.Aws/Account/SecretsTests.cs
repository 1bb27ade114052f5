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

    [Theory]
    [InlineData("wJalrXUtnFEMI%2fK7MDENG%2bbPxRfiCYEXAMPLEKEY")]
    [InlineData("wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCYEXAMPLEKEY")]
    [InlineData("wJalrXUtnFEMI%252fK7MDENG%252BbPxRfiCYEXAMPLEKEY")]
    [InlineData(@"wJalrXUtnFEMI\/K7MDENG+bPxRfiCYEXAMPLEKEY")]
    [InlineData(@"wJalrXUtnFEMI\\\/K7MDENG+bPxRfiCYEXAMPLEKEY")]
    [InlineData(@"wJalrXUtnFEMI\u002fK7MDENG\u002BbPxRfiCYEXAMPLEKEY")]
    [InlineData("wJalrXUtnFEMI&#x2F;K7MDENG&#43;bPxRfiCYEXAMPLEKEY")]
    [InlineData("wJalrXUtnFEMI&#x2f;K7MDENG&#x0002b;bPxRfiCYEXAMPLEKEY")]
    [InlineData("wJalrXUtnFEMI&sol;K7MDENG&plus;bPxRfiCYEXAMPLEKEY")]
    [InlineData("wJalrXUtnFEMI&amp;#x2F;K7MDENG&amp;#43;bPxRfiCYEXAMPLEKEY")]
    [InlineData("WJALRXUTNFEMI/K7MDENG+BPXRFICYEXAMPLEKEY")]
    [InlineData("wjalrxutnfemi%2fk7mdeng%2bbpxrficyexamplekey")]
    [InlineData("%77JalrXUtnFEMI%2FK7MDENG+bPxRfiCYEXAMPLEKE%59")]
    [InlineData("wJalrXUtnFEMI/K7MD\n    ENG+bPxRfiCYEXAMPLEKEY")]
    [InlineData(@"wJalrXUtnFEMI/K7MD\nENG+bPxRfiCYEXAMPLEKEY")]
    public void Known_secret_is_hidden_in_whatever_spelling(string spelled)
    {
        var secrets = new Secrets();
        secrets.Add(Secret);
        Assert.Equal("the key [hidden]; it is wrong: %2f &amp;", secrets.Redact($"the key {spelled}; it is wrong: %2f &amp;"));
    }

    [Fact]
    public void Text_without_a_secret_is_the_same()
    {
        var secrets = new Secrets();
        secrets.Add(Secret);
        const string Text = "100%, %zz, \\q, &#; &nosuch; &#xffffffff; %";
        Assert.Equal(Text, secrets.Redact(Text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(39)]
    public void Secret_at_the_end_of_what_is_read_is_hidden(int length)
    {
        var secrets = new Secrets();
        secrets.Add(Secret);
        var redacted = secrets.Redact(new string('y', (256 * 1024) - length) + Secret + new string('z', 1_000_000));
        Assert.DoesNotContain(Secret[..5], redacted, StringComparison.Ordinal);
        Assert.InRange(redacted.Length, 200_000, 256 * 1024);
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
