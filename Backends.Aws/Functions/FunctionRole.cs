using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>The execution role of a function, with the policy that says what the function may do.</summary>
internal static partial class FunctionRole
{
    /// <summary>What it is called among what is deleted.</summary>
    public const string Kind = "role";

    /// <summary>The regions whose functions use the role, with spaces between them: roles belong to all regions.</summary>
    private const string RegionsKey = "fleetbridge:region";

    /// <summary>Lets only Lambda assume the role (Lambda developer guide, "execution role").</summary>
    private const string TrustPolicy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}
        """;

    /// <summary>Creates the role if it is missing, and writes its policy if that differs from the desired one.</summary>
    /// <returns>The role's ARN.</returns>
    public static async Task<string> EnsureAsync(AwsContext context, DesiredFunction desired)
    {
        var tags = ResourceTags.Of(context, desired.Resource);
        var role = await FindAsync(context, desired.RoleName).ConfigureAwait(false);
        if (role is not null)
        {
            await JoinAsync(context, tags, role).ConfigureAwait(false);
            if (tags.OwnerOf(TagsOf(role)) == Owner.Unknown && await ForeignAsync(context, role).ConfigureAwait(false) is { } reason)
            {
                LogForeign(context.Log, desired.RoleName, reason, string.Join(", ", [.. desired.Handler.PolicyActions, .. HandlerPackage.LogActions]));
                return role.Arn!;
            }
        }
        else
        {
            LogCreating(context.Log, desired.RoleName);
            try
            {
                var wanted = tags.ToMap();
                wanted[RegionsKey] = context.Region;
                var response = await context.WithTagsAsync(wanted, given => context.Clients.IdentityManagement.CreateRoleAsync(
                    new CreateRoleRequest
                    {
                        RoleName = desired.RoleName,
                        AssumeRolePolicyDocument = TrustPolicy,
                        Description = $"Permissions of the function {desired.Name}; created by FleetBridge",
                        Tags = ToIam(given),
                    },
                    context.Cancellation)).ConfigureAwait(false);
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
                    PolicyDocument = Document(context, desired),
                },
                context.Cancellation).ConfigureAwait(false);
        }

        return role.Arn!;
    }

    /// <summary>A role that is to be deleted; null when there is none. Where functions of other regions use it, it only loses this region.
    /// </summary>
    public static async Task<Candidate?> FindCandidateAsync(AwsContext context, string roleName, string resource = ResourceTags.Lambdas)
    {
        if (await FindAsync(context, roleName).ConfigureAwait(false) is not { } role)
        {
            return null;
        }

        var tags = TagsOf(role);
        var candidate = new Candidate(Kind, roleName, roleName, tags);
        switch (ResourceTags.Of(context, resource).OwnerOf(tags))
        {
            case Owner.Unknown:
                return candidate with { Foreign = await ForeignAsync(context, role).ConfigureAwait(false) };
            case Owner.ThisDeployment when Regions(tags).Where(region => region != context.Region).ToList() is { Count: > 0 } others:
                if (others.Count < Regions(tags).Count)
                {
                    await TagAsync(context, roleName, others).ConfigureAwait(false);
                }

                return candidate with { Shared = $"functions of the deployment in {string.Join(", ", others)} use it" };
            default:
                return candidate;
        }
    }

    /// <summary>Deletes a role with its inline policies; succeeds when there is none.</summary>
    public static async Task DeleteAsync(AwsContext context, string roleName)
    {
        var client = context.Clients.IdentityManagement;
        try
        {
            var policyNames = await PolicyNamesAsync(context, roleName).ConfigureAwait(false);
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

    /// <summary>Marks a role of the deployment as used in this region, too.</summary>
    /// <exception cref="BackendException">The role is another deployment's.</exception>
    private static async Task JoinAsync(AwsContext context, ResourceTags own, Role role)
    {
        var tags = TagsOf(role);
        own.ThrowIfAnothers(Kind, role.RoleName!, tags);
        if (own.OwnerOf(tags) == Owner.ThisDeployment && !Regions(tags).Contains(context.Region))
        {
            await TagAsync(context, role.RoleName!, [.. Regions(tags), context.Region]).ConfigureAwait(false);
        }
    }

    private static Task<bool> TagAsync(AwsContext context, string roleName, IReadOnlyList<string> regions) => context.TryTagAsync(() =>
        context.Clients.IdentityManagement.TagRoleAsync(
            new TagRoleRequest { RoleName = roleName, Tags = [new Tag { Key = RegionsKey, Value = string.Join(' ', regions) }] },
            context.Cancellation));

    private static Dictionary<string, string> TagsOf(Role role) => Tagging.ToMap((role.Tags ?? []).Select(tag => (tag.Key, tag.Value)));

    private static List<string> Regions(Dictionary<string, string> tags) =>
        [.. (tags.GetValueOrDefault(RegionsKey) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static List<Tag>? ToIam(Dictionary<string, string>? tags) =>
        tags is null ? null : [.. tags.Select(tag => new Tag { Key = tag.Key, Value = tag.Value })];

    private static string Document(AwsContext context, DesiredFunction desired) =>
        desired.Handler.PolicyDocument(context.Clients.Region.PartitionName, desired.RoleUsers);

    /// <summary>Why nobody but others can have made a role, as the end of a sentence; null when an older version may have.</summary>
    private static async Task<string?> ForeignAsync(AwsContext context, Role role)
    {
        var policies = new Dictionary<string, string?>(StringComparer.Ordinal);
        try
        {
            foreach (var name in await PolicyNamesAsync(context, role.RoleName!).ConfigureAwait(false))
            {
                var response = await context.Clients.IdentityManagement.GetRolePolicyAsync(
                    new GetRolePolicyRequest { RoleName = role.RoleName, PolicyName = name }, context.Cancellation).ConfigureAwait(false);
                policies[name] = response.PolicyDocument;
            }
        }
        catch (NoSuchEntityException)
        {
            // it is being changed at this moment: by others
            return "its policies are being changed";
        }

        return RoleMaking.Problem(role.AssumeRolePolicyDocument, policies);
    }

    private static async Task<List<string>> PolicyNamesAsync(AwsContext context, string roleName) => await Pages.AllAsync(
        marker => context.Clients.IdentityManagement.ListRolePoliciesAsync(
            new ListRolePoliciesRequest { RoleName = roleName, Marker = marker }, context.Cancellation),
        page => page.PolicyNames,
        page => page.IsTruncated == true ? page.Marker : null,
        context.Cancellation).ToListAsync(context.Cancellation).ConfigureAwait(false);

    /// <summary>Whether the role has the desired policy, in whatever layout.</summary>
    private static async Task<bool> HasPolicyAsync(AwsContext context, DesiredFunction desired)
    {
        try
        {
            var response = await context.Clients.IdentityManagement.GetRolePolicyAsync(
                new GetRolePolicyRequest { RoleName = desired.RoleName, PolicyName = desired.PolicyName },
                context.Cancellation).ConfigureAwait(false);
            return JsonNode.DeepEquals(
                JsonNode.Parse(Uri.UnescapeDataString(response.PolicyDocument!)), JsonNode.Parse(Document(context, desired)));
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The role {Name} was not made by FleetBridge ({Reason}), so its policies stay as they "
        + "are. The function needs {Actions}")]
    private static partial void LogForeign(ILogger logger, string name, string reason, string actions);

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
