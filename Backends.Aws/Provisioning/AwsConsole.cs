using System.Text.Json.Nodes;
using FleetBridge.Backends.Aws.Account;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>The pages of the AWS console.</summary>
internal static partial class AwsConsole
{
    /// <summary>The operation that opens a resource's page in the user's browser.</summary>
    /// <param name="clients">Knows the region of a request.</param>
    /// <param name="page">The page's path and query in the region's console; <c>[region]</c> is replaced by the region.</param>
    public static Operation Browse(AwsClients clients, string page) =>
        Operation.Browse(context => Task.FromResult(Open(context, clients.RegionOf(context.Settings).Name, page)));

    /// <summary>The address of a page; China and GovCloud have consoles of their own.</summary>
    /// <param name="region">The region's name.</param>
    /// <param name="page">The page's path and query, as in <see cref="Browse"/>.</param>
    public static Uri Address(string region, string page)
    {
        var domain = region.Split('-')[0] switch
        {
            "cn" => "console.amazonaws.cn",
            "us" when region.StartsWith("us-gov-", StringComparison.Ordinal) => "console.amazonaws-us-gov.com",
            _ => "console.aws.amazon.com",
        };
        return new Uri($"https://{region}.{domain}/{page.Replace("[region]", region, StringComparison.Ordinal)}");
    }

    private static BackendResult Open(BackendContext context, string region, string page)
    {
        var address = Address(region, page);
        LogAddress(context.Logger, address);
        var details = new JsonObject { ["Url"] = address.AbsoluteUri };
        return context.OpenForUser(address)
            ? BackendResult.Success(details)
            : BackendResult.Failure("No browser could be opened.", $"Open {address.AbsoluteUri} yourself.", details);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The page in the AWS console: {Address}")]
    private static partial void LogAddress(ILogger logger, Uri address);
}
