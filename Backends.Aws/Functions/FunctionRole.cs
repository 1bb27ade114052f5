using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>The role of a function: who it is when it calls AWS, and what it may do.</summary>
internal static partial class FunctionRole
{
    /// <summary>Lets Lambda, and nobody else, take the role (Lambda developer guide, "execution role").</summary>
    private const string TrustPolicy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}
        """;

    /// <summary>Makes the role where it is missing, and writes its policy where it is not as wanted.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="wanted">The function.</param>
    /// <returns>The role's ARN.</returns>
    public static async Task<string> EnsureAsync(AwsContext context, DesiredFunction wanted)
    {
        var role = await FindAsync(context, wanted.RoleName).ConfigureAwait(false);
        if (role is null)
        {
            LogCreating(context.Log, wanted.RoleName);
            try
            {
                var answer = await context.Clients.IdentityManagement.CreateRoleAsync(
                    new CreateRoleRequest
                    {
                        RoleName = wanted.RoleName,
                        AssumeRolePolicyDocument = TrustPolicy,
                        Description = $"What the function {wanted.Name} may do; made by FleetBridge",
                    },
                    context.Cancellation).ConfigureAwait(false);
                role = answer.Role!;
                LogCreated(context.Log, wanted.RoleName, role.Arn);
            }
            catch (EntityAlreadyExistsException)
            {
                // somebody else has made it in this moment
                role = await FindAsync(context, wanted.RoleName).ConfigureAwait(false)
                    ?? throw new BackendException(
                        $"IAM says that the role {wanted.RoleName} exists, and that it does not.", "Try again in a moment.");
            }
        }

        if (!await HasPolicyAsync(context, wanted).ConfigureAwait(false))
        {
            LogAllowing(context.Log, wanted.RoleName, wanted.PolicyName);
            await context.Clients.IdentityManagement.PutRolePolicyAsync(
                new PutRolePolicyRequest
                {
                    RoleName = wanted.RoleName,
                    PolicyName = wanted.PolicyName,
                    PolicyDocument = wanted.Handler.PolicyDocument,
                },
                context.Cancellation).ConfigureAwait(false);
        }

        return role.Arn!;
    }

    /// <summary>Removes a role with its inline policies; it is fine when there is none.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="roleName">The role.</param>
    public static async Task DeleteAsync(AwsContext context, string roleName)
    {
        var client = context.Clients.IdentityManagement;
        try
        {
            var policyNames = new List<string>();
            var all = Pages.AllAsync(
                marker => client.ListRolePoliciesAsync(
                    new ListRolePoliciesRequest { RoleName = roleName, Marker = marker }, context.Cancellation),
                page => page.PolicyNames,
                page => page.IsTruncated == true ? page.Marker : null,
                context.Cancellation);
            await foreach (var policyName in all.ConfigureAwait(false))
            {
                policyNames.Add(policyName);
            }

            LogDeleting(context.Log, roleName);
            foreach (var policyName in policyNames)
            {
                await DeletePolicyAsync(context, roleName, policyName).ConfigureAwait(false);
            }

            await client.DeleteRoleAsync(new DeleteRoleRequest { RoleName = roleName }, context.Cancellation).ConfigureAwait(false);
            LogDeleted(context.Log, roleName);
        }
        catch (NoSuchEntityException)
        {
            // gone already
        }
        catch (DeleteConflictException exception)
        {
            throw new BackendException(
                $"The role {roleName} cannot be deleted: {exception.Message}",
                "Somebody has attached something to it; detach that in the IAM console, then delete the Lambdas again.",
                exception);
        }
    }

    /// <summary>Whether the role has the policy with what is in it now, however it is written.</summary>
    private static async Task<bool> HasPolicyAsync(AwsContext context, DesiredFunction wanted)
    {
        try
        {
            var answer = await context.Clients.IdentityManagement.GetRolePolicyAsync(
                new GetRolePolicyRequest { RoleName = wanted.RoleName, PolicyName = wanted.PolicyName },
                context.Cancellation).ConfigureAwait(false);
            return JsonNode.DeepEquals(
                JsonNode.Parse(Uri.UnescapeDataString(answer.PolicyDocument!)), JsonNode.Parse(wanted.Handler.PolicyDocument));
        }
        catch (NoSuchEntityException)
        {
            return false;
        }
    }

    /// <summary>Removes a policy. That it is gone already says nothing of its role, which the answer that was lost has left.
    /// </summary>
    private static async Task DeletePolicyAsync(AwsContext context, string roleName, string policyName)
    {
        try
        {
            await context.Clients.IdentityManagement.DeleteRolePolicyAsync(
                new DeleteRolePolicyRequest { RoleName = roleName, PolicyName = policyName }, context.Cancellation).ConfigureAwait(false);
        }
        catch (NoSuchEntityException)
        {
            // by an attempt whose answer was lost, or by somebody else
        }
    }

    private static async Task<Role?> FindAsync(AwsContext context, string roleName)
    {
        try
        {
            var answer = await context.Clients.IdentityManagement.GetRoleAsync(
                new GetRoleRequest { RoleName = roleName }, context.Cancellation).ConfigureAwait(false);
            return answer.Role;
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Giving the role {Name} the policy {PolicyName}")]
    private static partial void LogAllowing(ILogger logger, string name, string policyName);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the role {Name}")]
    private static partial void LogDeleted(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the role {Name} with its policies")]
    private static partial void LogDeleting(ILogger logger, string name);
}
