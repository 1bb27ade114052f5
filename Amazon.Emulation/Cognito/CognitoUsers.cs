using System.Text.Json.Nodes;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Cognito;

/// <summary>Cognito's operations on users, and their login.</summary>
internal sealed class CognitoUsers(AwsEmulator aws, CognitoPools pools)
{
    public void Register(OperationSet operations)
    {
        operations["AdminCreateUser"] = Create;
        operations["AdminGetUser"] = Get;
        operations["AdminSetUserPassword"] = SetPassword;
        operations["InitiateAuth"] = InitiateAuth;
    }

    private JsonObject Create(AwsCall call)
    {
        var pool = pools.Find(call);
        var name = call.Required("Username");
        if (pool.Users.Exists(user => user.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new AwsError("UsernameExistsException", "User account already exists");
        }

        if (call.Text("TemporaryPassword") is { } password)
        {
            CheckPassword(pool, password);
        }

        var user = new CognitoUser
        {
            Name = name,
            Created = aws.Clock.GetUtcNow(),
            Password = call.Text("TemporaryPassword"),
            Attributes = [.. (call.Input["UserAttributes"] as JsonArray ?? []).Select(item => item!.DeepClone()), new JsonObject { ["Name"] = "sub", ["Value"] = Guid.NewGuid().ToString() }],
        };
        pool.Users.Add(user);
        return new() { ["User"] = user.ToJson() };
    }

    private JsonObject Get(AwsCall call)
    {
        var user = Find(pools.Find(call), call).ToJson();
        user.Remove("Attributes", out var attributes);
        user["UserAttributes"] = attributes;
        return user;
    }

    private JsonObject SetPassword(AwsCall call)
    {
        var pool = pools.Find(call);
        var user = Find(pool, call);
        CheckPassword(pool, call.Required("Password"));
        user.Password = call.Required("Password");
        user.Status = (bool?)call.Input["Permanent"] == true ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD";
        return [];
    }

    private JsonObject InitiateAuth(AwsCall call)
    {
        var (pool, client) = aws.Region(call.Region).UserPools
            .SelectMany(pool => pool.Clients.Select(client => (pool, client)))
            .FirstOrDefault(pair => pair.client.Id == call.Text("ClientId"));
        if (client is null)
        {
            throw new AwsError("ResourceNotFoundException", $"User pool client {call.Text("ClientId")} does not exist.");
        }

        if (call.Text("AuthFlow") != "USER_PASSWORD_AUTH"
            || (client.Json["ExplicitAuthFlows"] as JsonArray ?? []).All(flow => (string)flow! != "ALLOW_USER_PASSWORD_AUTH"))
        {
            throw new AwsError("InvalidParameterException", $"{call.Text("AuthFlow")} flow not enabled for this client");
        }

        var name = (string?)call.Input["AuthParameters"]?["USERNAME"] ?? throw new AwsError("InvalidParameterException", "Missing required parameter USERNAME");
        var password = (string?)call.Input["AuthParameters"]?["PASSWORD"] ?? throw new AwsError("InvalidParameterException", "Missing required parameter PASSWORD");
        var user = pool.Users.Find(user => user.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new AwsError("UserNotFoundException", "User does not exist.");
        if (user.Password != password)
        {
            throw new AwsError("NotAuthorizedException", "Incorrect username or password.");
        }

        return user.Status == "CONFIRMED"
            ? new()
            {
                ["ChallengeParameters"] = new JsonObject(),
                ["AuthenticationResult"] = new JsonObject
                {
                    ["AccessToken"] = $"access.{user.Name}.token",
                    ["IdToken"] = $"id.{user.Name}.token",
                    ["RefreshToken"] = $"refresh.{user.Name}.token",
                    ["ExpiresIn"] = 3600,
                    ["TokenType"] = "Bearer",
                },
            }
            : new()
            {
                ["ChallengeName"] = "NEW_PASSWORD_REQUIRED",
                ["Session"] = Guid.NewGuid().ToString(),
                ["ChallengeParameters"] = new JsonObject { ["USER_ID_FOR_SRP"] = user.Name },
            };
    }

    private static CognitoUser Find(CognitoUserPool pool, AwsCall call) =>
        pool.Users.Find(user => user.Name.Equals(call.Text("Username"), StringComparison.OrdinalIgnoreCase))
        ?? throw new AwsError("UserNotFoundException", "User does not exist.");

    private static void CheckPassword(CognitoUserPool pool, string password)
    {
        var policy = pool.PasswordPolicy;
        var problem = password switch
        {
            _ when password.Length < (int)policy["MinimumLength"]! => "Password not long enough",
            _ when Requires("RequireUppercase") && !password.Any(char.IsAsciiLetterUpper) => "Password must have uppercase characters",
            _ when Requires("RequireLowercase") && !password.Any(char.IsAsciiLetterLower) => "Password must have lowercase characters",
            _ when Requires("RequireNumbers") && !password.Any(char.IsAsciiDigit) => "Password must have numeric characters",
            _ when Requires("RequireSymbols") && password.All(char.IsAsciiLetterOrDigit) => "Password must have symbol characters",
            _ => null,
        };
        if (problem is not null)
        {
            throw new AwsError("InvalidPasswordException", $"Password did not conform with policy: {problem}");
        }

        bool Requires(string rule) => (bool?)policy[rule] == true;
    }
}
