using System.Xml.Linq;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Emulation;

public sealed class IamTests : EmulatorTest
{
    private const string Document = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}""";

    [Fact]
    public async Task Role_is_made_once_and_shown_with_its_document_encoded()
    {
        Assert.Equal(200, (await CreateAsync("r")).Status);

        AssertError(await CreateAsync("R"), "EntityAlreadyExists", 409);
        var shown = await Client.IamAsync("GetRole", ("RoleName", "r"));
        Assert.Equal(Document, Uri.UnescapeDataString(Value(shown, "AssumeRolePolicyDocument")));
        Assert.NotEmpty(Value(shown, "RequestId"));
        AssertError(await Client.IamAsync("GetRole", ("RoleName", "s")), "NoSuchEntity", 404);
    }

    [Fact]
    public async Task Role_with_inline_policies_is_not_deleted()
    {
        await CreateAsync("r");
        foreach (var policy in new[] { "c", "a", "b" })
        {
            Assert.Equal(200, (await PutAsync(policy, Document)).Status);
        }

        AssertError(await Client.IamAsync("DeleteRole", ("RoleName", "r")), "DeleteConflict", 409);
        var first = await Client.IamAsync("ListRolePolicies", ("RoleName", "r"), ("MaxItems", "100"));
        Assert.Equal(("true", "a b"), (Value(first, "IsTruncated"), string.Join(' ', Values(first, "member"))));
        var second = await Client.IamAsync("ListRolePolicies", ("RoleName", "r"), ("Marker", Value(first, "Marker")));
        Assert.Equal(("false", "c"), (Value(second, "IsTruncated"), string.Join(' ', Values(second, "member"))));
        foreach (var policy in new[] { "a", "b", "c" })
        {
            Assert.Equal(200, (await Client.IamAsync("DeleteRolePolicy", ("RoleName", "r"), ("PolicyName", policy))).Status);
        }

        AssertError(await Client.IamAsync("DeleteRolePolicy", ("RoleName", "r"), ("PolicyName", "a")), "NoSuchEntity", 404);
        Assert.Equal(200, (await Client.IamAsync("DeleteRole", ("RoleName", "r"))).Status);
        Assert.Empty(Aws.Roles);
    }

    [Fact]
    public async Task Document_that_is_no_policy_is_malformed()
    {
        await CreateAsync("r");

        AssertError(await PutAsync("p", "{no"), "MalformedPolicyDocument", 400);
        AssertError(await PutAsync("p", """{"Statement":[{"Effect":"Allow"}]}"""), "MalformedPolicyDocument", 400);
    }

    [Fact]
    public async Task Iam_signed_for_another_region_is_refused()
    {
        var answer = await Client.SendAsync(
            "iam", HttpMethod.Post, "/", "Action=GetRole&Version=2010-05-08&RoleName=r", "application/x-www-form-urlencoded");

        AssertError(answer, "SignatureDoesNotMatch", 403);
    }

    private Task<Answer> CreateAsync(string name) => Client.IamAsync(
        "CreateRole", ("RoleName", name), ("AssumeRolePolicyDocument", Document), ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v"));

    private Task<Answer> PutAsync(string policy, string document) =>
        Client.IamAsync("PutRolePolicy", ("RoleName", "r"), ("PolicyName", policy), ("PolicyDocument", document));

    private static void AssertError(Answer answer, string code, int status) =>
        Assert.Equal((code, status), (Value(answer, "Code"), answer.Status));

    private static string Value(Answer answer, string element) => Values(answer, element).First();

    private static string[] Values(Answer answer, string element) =>
        [.. XDocument.Parse(answer.Text).Descendants().Where(item => item.Name.LocalName == element).Select(item => item.Value)];
}
