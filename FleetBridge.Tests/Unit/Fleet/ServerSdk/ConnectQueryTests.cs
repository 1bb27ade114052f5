using FleetBridge.Fleet.GameLift.ServerSdk;

namespace FleetBridge.Tests.Unit.Fleet.ServerSdk;

public sealed class ConnectQueryTests
{
    [Theory]
    [InlineData("/?pID=a&FleetId=f&ComputeId=c", "a")]
    [InlineData("?pID=a&FleetId=f&ComputeId=c", "a")]
    [InlineData("/x/y/?ComputeId=c&FleetId=f&pID=a", "a")]
    [InlineData("/?x=1?pID=a&FleetId=f&ComputeId=c", null)]
    [InlineData("/?pID=a+b&FleetId=f&ComputeId=c&sdkLanguage=Cpp", "a+b")]
    [InlineData("/?pID=a+b&FleetId=f&ComputeId=c&sdkLanguage=Go", "a b")]
    [InlineData("/?pID=a%2Bb&FleetId=f&ComputeId=c&sdkLanguage=Go", "a+b")]
    [InlineData("/?pID=a=b,c&FleetId=f&ComputeId=c", "a=b,c")]
    [InlineData("/?pID=%&FleetId=f&ComputeId=c", "%")]
    [InlineData("/?pID=%4&FleetId=f&ComputeId=c", "%4")]
    [InlineData("/?pID=%zz%41&FleetId=f&ComputeId=c", "%zzA")]
    [InlineData("/?pID=%C3%BC&FleetId=f&ComputeId=c", "ü")]
    [InlineData("/?pID=a&pID=b&FleetId=f&ComputeId=c", "a")]
    [InlineData("/?&&=&pID=a&FleetId=f&ComputeId=c&", "a")]
    [InlineData("/?pID=&FleetId=f&ComputeId=c", null)]
    [InlineData("/?pID&FleetId=f&ComputeId=c", null)]
    [InlineData("/", null)]
    [InlineData("", null)]
    public void Process_id_is_read_as_it_was_meant(string target, string? processId)
    {
        var query = ConnectQuery.TryParse(target, out var problem);
        Assert.Equal(processId, query?.ProcessId);
        Assert.Equal(query is null, problem is not null);
    }

    [Fact]
    public void All_of_it_is_read()
    {
        var query = ConnectQuery.TryParse(
            "/?Authorization=t-1&ComputeId=c/d&FleetId=f.1&IdempotencyToken=i&pID=p&sdkLanguage=Cpp&sdkVersion=5.4.0", out _)!;
        Assert.Equal(
            ("t-1", "c/d", "f.1", "p", "Cpp", "5.4.0"),
            (query.AuthToken, query.ComputeName, query.FleetId, query.ProcessId, query.SdkLanguage, query.SdkVersion));
    }

    [Theory]
    [InlineData("/?FleetId=f&ComputeId=c", "GAMELIFT_SDK_PROCESS_ID")]
    [InlineData("/?pID=p&ComputeId=c", "GAMELIFT_SDK_FLEET_ID")]
    [InlineData("/?pID=p&FleetId=f", "GAMELIFT_SDK_HOST_ID")]
    public void What_is_missing_is_named_with_its_variable(string target, string variable)
    {
        Assert.Null(ConnectQuery.TryParse(target, out var problem));
        Assert.Contains(variable, problem, StringComparison.Ordinal);
    }
}
