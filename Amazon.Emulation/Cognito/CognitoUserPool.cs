using System.Text.Json.Nodes;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Cognito;

/// <summary>A user pool. Its name is not unique; its id is.</summary>
internal sealed class CognitoUserPool
{
    public required string Id { get; init; }

    public required string Arn { get; init; }

    public required string Name { get; set; }

    /// <summary>The members that CreateUserPool and UpdateUserPool share with UserPoolType.</summary>
    public required JsonObject Settings { get; set; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset Modified { get; set; }

    /// <summary>The prefix of its login page, unique in the whole region.</summary>
    public string? Domain { get; set; }

    public List<CognitoClient> Clients { get; } = [];

    public List<CognitoUser> Users { get; } = [];

    /// <summary>The password policy, with Cognito's defaults for what is not set.</summary>
    public JsonObject PasswordPolicy
    {
        get
        {
            var policy = new JsonObject
            {
                ["MinimumLength"] = 8,
                ["RequireUppercase"] = true,
                ["RequireLowercase"] = true,
                ["RequireNumbers"] = true,
                ["RequireSymbols"] = true,
                ["TemporaryPasswordValidityDays"] = 7,
            };
            if (Settings["Policies"]?["PasswordPolicy"] is JsonObject set)
            {
                // a policy that is given counts as a whole: what it does not require is not required
                foreach (var name in policy.Select(rule => rule.Key).Where(name => name.StartsWith("Require", StringComparison.Ordinal)).ToList())
                {
                    policy[name] = false;
                }

                foreach (var (name, value) in set)
                {
                    policy[name] = value?.DeepClone();
                }
            }

            return policy;
        }
    }

    public JsonObject Describe() => new()
    {
        ["Id"] = Id,
        ["Name"] = Name,
        ["LastModifiedDate"] = Modified.ToEpoch(),
        ["CreationDate"] = Created.ToEpoch(),
        ["LambdaConfig"] = new JsonObject(),
    };

    public JsonObject ToJson()
    {
        var pool = Describe();
        foreach (var name in new[] { "AutoVerifiedAttributes", "AliasAttributes", "UsernameAttributes", "AdminCreateUserConfig", "UserPoolTags", "AccountRecoverySetting", "DeletionProtection", "MfaConfiguration" })
        {
            pool[name] = Settings[name]?.DeepClone();
        }

        pool["Policies"] = new JsonObject { ["PasswordPolicy"] = PasswordPolicy };
        pool["SchemaAttributes"] = Settings["Schema"]?.DeepClone();
        pool["MfaConfiguration"] ??= "OFF";
        pool["DeletionProtection"] ??= "INACTIVE";
        pool["EstimatedNumberOfUsers"] = Users.Count;
        pool["Domain"] = Domain;
        pool["Arn"] = Arn;
        return pool;
    }
}

/// <summary>An app client of a pool.</summary>
/// <param name="Id">Its id, which a login names.</param>
/// <param name="Json">As UserPoolClientType.</param>
internal sealed record CognitoClient(string Id, JsonObject Json)
{
    public string Name => (string)Json["ClientName"]!;
}

/// <summary>A user of a pool.</summary>
internal sealed class CognitoUser
{
    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    public string? Password { get; set; }

    /// <summary>FORCE_CHANGE_PASSWORD until a permanent password is set, then CONFIRMED.</summary>
    public string Status { get; set; } = "FORCE_CHANGE_PASSWORD";

    public JsonArray Attributes { get; init; } = [];

    public JsonObject ToJson() => new()
    {
        ["Username"] = Name,
        ["Attributes"] = Attributes.DeepClone(),
        ["UserCreateDate"] = Created.ToEpoch(),
        ["UserLastModifiedDate"] = Created.ToEpoch(),
        ["Enabled"] = true,
        ["UserStatus"] = Status,
    };
}
