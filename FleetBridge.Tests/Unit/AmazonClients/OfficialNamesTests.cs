using Amazon.APIGateway;
using Amazon.Clients.Generator;
using Amazon.CognitoIdentityProvider;
using Amazon.GameLift;
using Amazon.Lambda;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>Names of constants, as AWS's SDK for .NET has them.</summary>
public sealed class OfficialNamesTests
{
    [Theory]
    [InlineData("c5.large", "C5Large")]
    [InlineData("c5.2xlarge", "C52xlarge")]
    [InlineData("python3.13", "Python313")]
    [InlineData("nodejs20.x", "Nodejs20X")]
    [InlineData("phone_number", "Phone_number")]
    [InlineData("ON_DEMAND", "ON_DEMAND")]
    [InlineData("0.5", "_05")]
    public void Constant_is_named_by_its_letters_and_digits(string value, string expected) =>
        Assert.Equal(expected, OfficialNames.Constant(value));

    [Fact]
    public void Names_that_the_backend_uses_are_there() => Assert.Equal(
        ["c5.large", "python3.13", "COGNITO_USER_POOLS", "add", "SUPPRESS", "String"],
        [
            EC2InstanceType.C5Large.Value,
            Runtime.Python313.Value,
            AuthorizerType.COGNITO_USER_POOLS.Value,
            Op.Add.Value,
            MessageActionType.SUPPRESS.Value,
            AttributeDataType.String.Value,
        ]);

    [Fact]
    public void Value_that_is_newer_than_the_model_is_kept()
    {
        FleetStatus status = "HIBERNATING";
        Assert.Equal("HIBERNATING", status.Value);
        Assert.Equal(FleetStatus.ACTIVE, FleetStatus.FindValue("ACTIVE"));
        Assert.Null(FleetStatus.FindValue(null));
    }
}
