using Amazon.GameLift.Model;

namespace Amazon.Clients.Runtime;

/// <summary>Runs the marshalling of a first call without a call, so that its code is compiled when a client needs it.</summary>
public static class MarshallingWarmup
{
    /// <summary>Writes a request of GameLift and reads a response with one fleet in it.</summary>
    public static void Run()
    {
        JsonBody.Write(new DescribeFleetAttributesRequest(), DescribeFleetAttributesRequestJson.Write);
        JsonBody.Read("""{"FleetAttributes":[{}]}"""u8, DescribeFleetAttributesResponseJson.Read);
    }
}
