using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>The execution role of a function, with the policy that says what the function may do.</summary>
internal static partial class FunctionRole
{
    /// <summary>Lets only Lambda assume the role (Lambda developer guide, "execution role").</summary>
    private const string TrustPolicy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}
        """;

    /// <summary>Creates the role if it is missing, and writes its policy if that differs from the desired one.</summary>
    /// <returns>The role's ARN.</returns>
    public static async Task<string> EnsureAsync(AwsContext context, DesiredFunction desired)
    {
        var role = await FindAsync(context, desired.RoleName).ConfigureAwait(false);
        if (role is null)
        {
            LogCreating(context.Log, desired.RoleName);
            try
            {
                var response = await context.Clients.IdentityManagement.CreateRoleAsync(
                    new CreateRoleRequest
                    {
                        RoleName = desired.RoleName,
                        AssumeRolePolicyDocument = TrustPolicy,
                        Description = $"Permissions of the function {desired.Name}; created by FleetBridge",
                    },
                    context.Cancellation).ConfigureAwait(false);
                role = response.Role!;
                LogCreated(context.Log, desired.RoleName, role.Arn);
            }
            catch (EntityAlreadyExistsException)
            {
                // another client has created it at the same time
                role = await FindAsync(context, desired.RoleName).ConfigureAwait(false)
                    ?? throw new BackendException(
                        $"IAM says both that the role {desired.RoleName} exists and that it does not.", "Try again in a moment.");
            }
        }

        if (!await HasPolicyAsync(context, desired).ConfigureAwait(false))
        {
            LogAllowing(context.Log, desired.RoleName, desired.PolicyName);
            await context.Clients.IdentityManagement.PutRolePolicyAsync(
                new PutRolePolicyRequest
                {
                    RoleName = desired.RoleName,
                    PolicyName = desired.PolicyName,
                    PolicyDocument = desired.Handler.PolicyDocument,
                },
                context.Cancellation).ConfigureAwait(false);
        }

        return role.Arn!;
    }

    /// <summary>Deletes a role with its inline policies; succeeds when there is none.</summary>
    public static async Task DeleteAsync(AwsContext context, string roleName)
    {
        var client = context.Clients.IdentityManagement;
        try
        {
            var policyNames = await Pages.AllAsync(
                marker => client.ListRolePoliciesAsync(
                    new ListRolePoliciesRequest { RoleName = roleName, Marker = marker }, context.Cancellation),
                page => page.PolicyNames,
                page => page.IsTruncated == true ? page.Marker : null,
                context.Cancellation).ToListAsync(context.Cancellation).ConfigureAwait(false);
            LogDeleting(context.Log, roleName);
            foreach (var policyName in policyNames)
            {
                // a missing policy says nothing about its role: the response of an earlier attempt may have been lost
                await client.DeleteRolePolicyAsync(
                    new DeleteRolePolicyRequest { RoleName = roleName, PolicyName = policyName }, context.Cancellation)
                    .IgnoreAsync<NoSuchEntityException>().ConfigureAwait(false);
            }

            await client.DeleteRoleAsync(new DeleteRoleRequest { RoleName = roleName }, context.Cancellation).ConfigureAwait(false);
            LogDeleted(context.Log, roleName);
        }
        catch (NoSuchEntityException)
        {
            // deleted already
        }
        catch (DeleteConflictException exception)
        {
            throw new BackendException(
                $"The role {roleName} cannot be deleted: {exception.Message}",
                "Something has been attached to it. Detach that in the IAM console, then delete the Lambdas again.",
                exception);
        }
    }

    /// <summary>Whether the role has the desired policy, in whatever layout.</summary>
    private static async Task<bool> HasPolicyAsync(AwsContext context, DesiredFunction desired)
    {
        try
        {
            var response = await context.Clients.IdentityManagement.GetRolePolicyAsync(
                new GetRolePolicyRequest { RoleName = desired.RoleName, PolicyName = desired.PolicyName },
                context.Cancellation).ConfigureAwait(false);
            return JsonNode.DeepEquals(
                JsonNode.Parse(Uri.UnescapeDataString(response.PolicyDocument!)), JsonNode.Parse(desired.Handler.PolicyDocument));
        }
        catch (NoSuchEntityException)
        {
            return false;
        }
    }

    private static async Task<Role?> FindAsync(AwsContext context, string roleName)
    {
        try
        {
            var response = await context.Clients.IdentityManagement.GetRoleAsync(
                new GetRoleRequest { RoleName = roleName }, context.Cancellation).ConfigureAwait(false);
            return response.Role;
        }
        catch (NoSuchEntityException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the role {Name}")]
    private static partial void LogCreating(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created the role {Name} ({RoleArn})")]
    private static partial void LogCreated(ILogger logger, string name, string? roleArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "Attaching the policy {PolicyName} to the role {Name}")]
    private static partial void LogAllowing(ILogger logger, string name, string policyName);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the role {Name}")]
    private static partial void LogDeleted(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the role {Name} with its policies")]
    private static partial void LogDeleting(ILogger logger, string name);
}
