using System.Text.Json.Nodes;
using Amazon.CognitoIdentityProvider.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>What a pool's app client lacks, because somebody has changed it. What it has in addition, such as the address of another
/// game, is not ours to judge and is kept.</summary>
/// <param name="client">The client with what it lacks.</param>
/// <param name="lacks">What it lacks, in words.</param>
internal sealed partial class LoginClientDrift(UserPoolClientType client, IReadOnlyList<string> lacks)
{
    /// <summary>Compares the client of a pool.</summary>
    /// <returns>Null when it lacks nothing, is gone, or may not be read.</returns>
    public static async Task<LoginClientDrift?> FindAsync(AwsContext context, UserPoolState state)
    {
        try
        {
            var response = await context.Clients.Cognito.DescribeUserPoolClientAsync(
                new DescribeUserPoolClientRequest { UserPoolId = state.Pool.Id, ClientId = state.ClientId },
                context.Cancellation).ConfigureAwait(false);
            return response.UserPoolClient is { } present ? Compare(present) : null;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
        catch (AmazonServiceException exception) when (AwsErrorCodes.Denied.Contains(exception.ErrorCode ?? ""))
        {
            if (context.Clients.Said.TryAdd(nameof(LogNotCompared), true))
            {
                LogNotCompared(context.Log, exception.Message);
            }

            return null;
        }
    }

    /// <summary>Adds the difference to the pool's details, and logs it.</summary>
    public void Report(AwsContext context, JsonObject details)
    {
        details[BackendResult.DriftDetail] = new JsonArray(
            [.. lacks.Select(lack => JsonValue.Create($"app client {client.ClientName}: {lack} (create would add it)"))]);
        LogDrift(context.Log, client.ClientName, client.ClientId, string.Join("; ", lacks));
    }

    /// <summary>Adds what is lacking. All else is sent as it is: Cognito sets what is not sent to its default.</summary>
    public async Task ApplyAsync(AwsContext context, UserPoolState state)
    {
        await context.Clients.Cognito.UpdateUserPoolClientAsync(
            new UpdateUserPoolClientRequest
            {
                UserPoolId = state.Pool.Id,
                ClientId = client.ClientId,
                ClientName = client.ClientName,
                RefreshTokenValidity = client.RefreshTokenValidity,
                AccessTokenValidity = client.AccessTokenValidity,
                IdTokenValidity = client.IdTokenValidity,
                TokenValidityUnits = client.TokenValidityUnits,
                ReadAttributes = client.ReadAttributes,
                WriteAttributes = client.WriteAttributes,
                ExplicitAuthFlows = client.ExplicitAuthFlows,
                SupportedIdentityProviders = client.SupportedIdentityProviders,
                CallbackURLs = client.CallbackURLs,
                LogoutURLs = client.LogoutURLs,
                DefaultRedirectURI = client.DefaultRedirectURI,
                AllowedOAuthFlows = client.AllowedOAuthFlows,
                AllowedOAuthScopes = client.AllowedOAuthScopes,
                AllowedOAuthFlowsUserPoolClient = client.AllowedOAuthFlowsUserPoolClient,
                AnalyticsConfiguration = client.AnalyticsConfiguration,
                PreventUserExistenceErrors = client.PreventUserExistenceErrors,
                EnableTokenRevocation = client.EnableTokenRevocation,
                EnablePropagateAdditionalUserContextData = client.EnablePropagateAdditionalUserContextData,
                AuthSessionValidity = client.AuthSessionValidity,
                RefreshTokenRotation = client.RefreshTokenRotation,
            },
            context.Cancellation).ConfigureAwait(false);
        LogChanged(context.Log, client.ClientName, client.ClientId, string.Join("; ", lacks));
    }

    private static LoginClientDrift? Compare(UserPoolClientType client)
    {
        var lacks = new List<string>();
        client.ExplicitAuthFlows = Completed(client.ExplicitAuthFlows, LoginClient.AuthFlows, "authentication flow");
        client.SupportedIdentityProviders = Completed(client.SupportedIdentityProviders, LoginClient.Providers, "identity provider");
        client.CallbackURLs = Completed(client.CallbackURLs, [LoginClient.CallbackUrl], "callback URL");
        client.LogoutURLs = Completed(client.LogoutURLs, [LoginClient.CallbackUrl], "logout URL");
        client.AllowedOAuthFlows = Completed(client.AllowedOAuthFlows, LoginClient.OAuthFlows, "OAuth flow");
        client.AllowedOAuthScopes = Completed(client.AllowedOAuthScopes, LoginClient.Scopes, "OAuth scope");
        if (client.AllowedOAuthFlowsUserPoolClient != true)
        {
            client.AllowedOAuthFlowsUserPoolClient = true;
            lacks.Add("its OAuth flows are switched off");
        }

        return lacks.Count == 0 ? null : new LoginClientDrift(client, lacks);

        List<string> Completed(IReadOnlyCollection<string>? present, IReadOnlyList<string> wanted, string what)
        {
            var missing = wanted.Except(present ?? []).ToList();
            lacks.AddRange(missing.Select(value => $"{what} {value} is missing"));
            return [.. present ?? [], .. missing];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The app client {Name} ({ClientId}) differs from the settings: {Differences}")]
    private static partial void LogDrift(ILogger logger, string? name, string? clientId, string differences);

    [LoggerMessage(Level = LogLevel.Information, Message = "Changed the app client {Name} ({ClientId}): {Differences}")]
    private static partial void LogChanged(ILogger logger, string? name, string? clientId, string differences);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The user pool's app client cannot be compared with the settings: {Reason} "
        + "docs/security.md has the whole policy")]
    private static partial void LogNotCompared(ILogger logger, string reason);
}
