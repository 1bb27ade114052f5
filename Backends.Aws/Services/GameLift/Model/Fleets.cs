using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.GameLift.Model;

/// <summary>A fleet.</summary>
internal sealed class FleetAttributes
{
    public string? FleetId { get; set; }

    public string? FleetArn { get; set; }

    public string? Name { get; set; }

    public FleetStatus? Status { get; set; }

    public string? BuildId { get; set; }

    public EC2InstanceType? InstanceType { get; set; }

    public DateTime? CreationTime { get; set; }

    public DateTime? TerminationTime { get; set; }

    public OperatingSystem? OperatingSystem { get; set; }
}

/// <summary>Who may send to which ports.</summary>
internal sealed class IpPermission
{
    public int? FromPort { get; set; }

    public int? ToPort { get; set; }

    public string? IpRange { get; set; }

    public IpProtocol? Protocol { get; set; }
}

/// <summary>What happened to a fleet. Its signed log URL is left out on purpose: nobody may see it.</summary>
internal sealed class Event
{
    public string? EventId { get; set; }

    public string? ResourceId { get; set; }

    public string? EventCode { get; set; }

    public string? Message { get; set; }

    public DateTime? EventTime { get; set; }
}

/// <summary>The request of <c>CreateFleet</c>.</summary>
internal sealed class CreateFleetRequest : AmazonWebServiceRequest, IUnrepeatableRequest
{
    public string? Name { get; set; }

    public string? BuildId { get; set; }

    public string? ServerLaunchPath { get; set; }

    public string? ServerLaunchParameters { get; set; }

    public EC2InstanceType? EC2InstanceType { get; set; }

    public FleetType? FleetType { get; set; }

    public List<IpPermission>? EC2InboundPermissions { get; set; }
}

/// <summary>The answer of <c>CreateFleet</c>.</summary>
internal sealed class CreateFleetResponse : AmazonWebServiceResponse
{
    public FleetAttributes? FleetAttributes { get; set; }
}

/// <summary>The request of <c>DescribeFleetAttributes</c>.</summary>
internal sealed class DescribeFleetAttributesRequest : AmazonWebServiceRequest
{
    public List<string>? FleetIds { get; set; }

    public int? Limit { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>The answer of <c>DescribeFleetAttributes</c>.</summary>
internal sealed class DescribeFleetAttributesResponse : AmazonWebServiceResponse
{
    public List<FleetAttributes>? FleetAttributes { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>The request of <c>DescribeFleetEvents</c>.</summary>
internal sealed class DescribeFleetEventsRequest : AmazonWebServiceRequest
{
    public string? FleetId { get; set; }

    public DateTime? StartTime { get; set; }

    public int? Limit { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>The answer of <c>DescribeFleetEvents</c>.</summary>
internal sealed class DescribeFleetEventsResponse : AmazonWebServiceResponse
{
    public List<Event>? Events { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>The request of <c>DeleteFleet</c>.</summary>
internal sealed class DeleteFleetRequest : AmazonWebServiceRequest
{
    public string? FleetId { get; set; }
}

/// <summary>The answer of <c>DeleteFleet</c>.</summary>
internal sealed class DeleteFleetResponse : AmazonWebServiceResponse;
