using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Cognito;

/// <summary>Cognito's operations on pools and their domains.</summary>
internal sealed class CognitoPools(AwsEmulator aws)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public void Register(OperationSet operations)
    {
        operations["ListUserPools"] = List;
        operations["DescribeUserPool"] = call => new() { ["UserPool"] = Find(call).ToJson() };
        operations["CreateUserPool"] = Create;
        operations["UpdateUserPool"] = Update;
        operations["DeleteUserPool"] = Delete;
        operations["CreateUserPoolDomain"] = CreateDomain;
        operations["DeleteUserPoolDomain"] = DeleteDomain;
    }

    /// <summary>The pool of a call.</summary>
    public CognitoUserPool Find(AwsCall call) =>
        aws.Region(call.Region).UserPools.Find(pool => pool.Id == call.Text("UserPoolId"))
        ?? throw new AwsError("ResourceNotFoundException", $"User pool {call.Text("UserPoolId")} does not exist.");

    /// <summary>Adds a pool.</summary>
    public CognitoUserPool Add(EmulatedRegion region, string name, JsonObject settings)
    {
        var id = $"{region.Name}_{RandomNumberGenerator.GetString(Letters, 9)}";
        var pool = new CognitoUserPool
        {
            Id = id,
            Arn = $"arn:aws:cognito-idp:{region.Name}:{AwsEmulator.Account}:userpool/{id}",
            Name = name,
            Settings = settings,
            Created = aws.Clock.GetUtcNow(),
            Modified = aws.Clock.GetUtcNow(),
        };
        region.UserPools.Add(pool);
        return pool;
    }

    private JsonObject List(AwsCall call)
    {
        var (page, next) = aws.Paging.Page(
            aws.Region(call.Region).UserPools, "ListUserPools", call.Number("MaxResults"), call.Text("NextToken"), CognitoService.WrongToken);
        return new() { ["UserPools"] = new JsonArray([.. page.Select(pool => pool.Describe())]), ["NextToken"] = next };
    }

    private JsonObject Create(AwsCall call)
    {
        foreach (var attribute in call.Input["Schema"] as JsonArray ?? [])
        {
            if (attribute!["Name"] is null)
            {
                throw Invalid("Attribute name cannot be null");
            }
        }

        CheckVerified(call);
        return new() { ["UserPool"] = Add(aws.Region(call.Region), call.Required("PoolName"), (JsonObject)call.Input.DeepClone()).ToJson() };
    }

    private JsonObject? Update(AwsCall call)
    {
        var pool = Find(call);
        CheckVerified(call);

        // what an update does not name falls back to its default; what only a creation can say stays
        var settings = (JsonObject)call.Input.DeepClone();
        foreach (var name in new[] { "Schema", "AliasAttributes", "UsernameAttributes" })
        {
            settings[name] = pool.Settings[name]?.DeepClone();
        }

        (pool.Settings, pool.Modified) = (settings, aws.Clock.GetUtcNow());
        pool.Name = call.Text("PoolName") ?? pool.Name;
        return null;
    }

    private JsonObject? Delete(AwsCall call)
    {
        var pool = Find(call);
        if (pool.Domain is not null)
        {
            throw Invalid("User pool cannot be deleted. It has a domain configured that should be deleted first.");
        }

        if ((string?)pool.Settings["DeletionProtection"] == "ACTIVE")
        {
            throw Invalid("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.");
        }

        aws.Region(call.Region).UserPools.Remove(pool);
        return null;
    }

    private JsonObject CreateDomain(AwsCall call)
    {
        var pool = Find(call);
        var domain = call.Required("Domain");
        if (pool.Domain is not null)
        {
            throw Invalid("A domain already exists for this user pool.");
        }

        // reserved words: "Using the Amazon Cognito domain for the hosted UI"
        if (new[] { "aws", "amazon", "cognito" }.FirstOrDefault(word => domain.Contains(word, StringComparison.Ordinal)) is { } word)
        {
            throw Invalid($"Domain cannot contain reserved word: {word}");
        }

        // the prefix is one of the region's host names, whoever has it
        if (aws.Region(call.Region).TakenDomains.Contains(domain)
            || aws.Region(call.Region).UserPools.Exists(other => other.Domain == domain))
        {
            throw Invalid("Domain already associated with another user pool.");
        }

        pool.Domain = domain;
        return [];
    }

    private JsonObject DeleteDomain(AwsCall call)
    {
        var pool = Find(call);
        if (pool.Domain != call.Text("Domain"))
        {
            throw Invalid($"No such domain or user pool exists.");
        }

        pool.Domain = null;
        return [];
    }

    private static void CheckVerified(AwsCall call)
    {
        if ((call.Input["AutoVerifiedAttributes"] as JsonArray)?.Any(name => (string)name! == "phone_number") == true
            && call.Input["SmsConfiguration"] is null)
        {
            throw Invalid("Cannot turn on MFA or phone number verification without SMS configuration.");
        }
    }

    private static AwsError Invalid(string message) => new("InvalidParameterException", message);
}
