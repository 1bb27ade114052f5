using System.Net;
using Amazon.Emulation;
using Amazon.Emulation.Faults;
using Amazon.GameLift.Model;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Services;

/// <summary>What the service clients make of errors, in each protocol.</summary>
public sealed class ServiceErrorTests
{
    private const string Json = "DescribeFleetAttributes";
    private const string Query = "GetRole";

    [Theory]
    [InlineData(Json, "NotFoundException", typeof(NotFoundException), HttpStatusCode.BadRequest)]
    [InlineData(Json, "UnauthorizedException", typeof(UnauthorizedException), HttpStatusCode.BadRequest)]
    [InlineData(Query, "NoSuchEntityException", typeof(NoSuchEntityException), HttpStatusCode.NotFound)]
    public async Task Error_is_a_typed_exception_with_code_message_request_id_and_status(
        string operation, string shape, Type type, HttpStatusCode status)
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Faults.Add(operation, Fault.Error(shape, "There is no such thing."));
        using var service = new AwsService(aws);
        var exception = (AmazonServiceException)await Assert.ThrowsAsync(type, () => service.CallAsync(operation));
        Assert.StartsWith(exception.ErrorCode, shape, StringComparison.Ordinal);
        Assert.Equal("There is no such thing.", exception.Message);
        Assert.Equal(Assert.Single(aws.Calls.All).RequestId, exception.RequestId);
        Assert.Equal(status, exception.StatusCode);
    }

    [Theory]
    [InlineData(Json)]
    [InlineData(Query)]
    public async Task Error_that_no_type_knows_keeps_its_code(string operation)
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Faults.Add(operation, Fault.Error("BrandNewException", "New.", 409));
        using var service = new AwsService(aws);
        var exception = await Assert.ThrowsAnyAsync<AmazonServiceException>(() => service.CallAsync(operation));
        Assert.Equal(("BrandNewException", "New.", HttpStatusCode.Conflict), (exception.ErrorCode, exception.Message, exception.StatusCode));
    }

    public static TheoryData<string, string> Passing()
    {
        var data = new TheoryData<string, string>();
        foreach (var operation in (string[])[Json, Query])
        {
            foreach (var fault in (string[])[nameof(Fault.Throttle), nameof(Fault.InternalError), nameof(Fault.DropBefore), nameof(Fault.DropAfter)])
            {
                data.Add(operation, fault);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Passing_trouble_is_overcome_by_a_retry(string operation, string fault)
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Seed.Role("test1");
        aws.Faults.Add(operation, Of(fault), times: 2);
        using var service = new AwsService(aws);
        await service.CallAsync(operation);
        Assert.Equal(3, aws.Calls.Of(operation).Count);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Lasting_trouble_ends_after_a_few_retries(string operation, string fault)
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Seed.Role("test1");
        aws.Faults.Add(operation, Of(fault), times: int.MaxValue);
        using var service = new AwsService(aws);
        var (message, remedy) = await service.ExplainAsync(operation);
        Assert.Contains(
            fault switch
            {
                nameof(Fault.Throttle) => "is throttling this account",
                nameof(Fault.InternalError) => "internal error",
                _ => "was lost",
            },
            message,
            StringComparison.Ordinal);
        Assert.NotEmpty(remedy);
        Assert.Equal(3, aws.Calls.Of(operation).Count);
    }

    [Fact]
    public async Task Quota_is_no_throttling_and_not_retried()
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Faults.Add("CreateFleet", Fault.Error("LimitExceededException", "Too many."), times: int.MaxValue);
        using var service = new AwsService(aws);
        await Assert.ThrowsAsync<Amazon.GameLift.Model.LimitExceededException>(() => CreateFleetAsync(service, aws));
        Assert.Single(aws.Calls.Of("CreateFleet"));
    }

    [Theory]
    [InlineData(nameof(Fault.DropBefore))]
    [InlineData(nameof(Fault.DropAfter))]
    [InlineData(nameof(Fault.Garbage))]
    public async Task What_would_be_created_twice_is_not_requested_again_when_its_response_was_lost(string fault)
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Faults.Add("CreateFleet", Of(fault), times: int.MaxValue);
        using var service = new AwsService(aws);
        await service.CallAsync(Json);
        await Assert.ThrowsAnyAsync<Exception>(() => CreateFleetAsync(service, aws));
        Assert.Single(aws.Calls.Of("CreateFleet"));
    }

    [Fact]
    public async Task What_would_be_created_twice_is_requested_again_when_aws_said_no()
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Faults.Add("CreateFleet", Fault.Throttle);
        using var service = new AwsService(aws);
        await CreateFleetAsync(service, aws);
        Assert.Single(aws.Region().Fleets);
    }

    [Theory]
    [InlineData("200 OK", "<!DOCTYPE html><html><body>Log in<br></body></html>")]
    [InlineData("200 OK", "<html><body>Log in</body></html>")]
    [InlineData("200 OK", "Log in")]
    [InlineData("200 OK", "")]
    [InlineData("403 Forbidden", "<html><body>The proxy says no</body></html>")]
    [InlineData("407 Proxy Authentication Required", "who are you?")]
    [InlineData("502 Bad Gateway", "")]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1:1/log-in", "")]
    public async Task Response_that_is_not_aws_says_so(string status, string body)
    {
        await using var server = CannedServer.Start(
            $"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        using var service = AwsService.At(server.Address);
        foreach (var operation in (string[])[Json, Query])
        {
            var (message, remedy) = await service.ExplainAsync(operation);
            Assert.Contains("did not come from AWS", message, StringComparison.Ordinal);
            Assert.Contains("proxy", remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Response_that_is_not_http_says_that_it_is_not_aws()
    {
        await using var server = CannedServer.Start("220 mail.example.com ESMTP\r\n\r\n");
        using var service = AwsService.At(server.Address);
        Assert.Contains("did not come from AWS", (await service.ExplainAsync(Json)).Message, StringComparison.Ordinal);
    }

    private static Task<CreateFleetResponse> CreateFleetAsync(AwsService service, AwsEmulator aws) => service.Set.GameLift.CreateFleetAsync(new CreateFleetRequest
    {
        Name = "test1-fleet",
        BuildId = aws.Seed.Build("test1-build").Id,
        ServerLaunchPath = @"C:\game\Server.exe",
        EC2InstanceType = Amazon.GameLift.EC2InstanceType.FindValue("c5.large"),
    });

    private static Fault Of(string name) => name switch
    {
        nameof(Fault.Throttle) => Fault.Throttle,
        nameof(Fault.InternalError) => Fault.InternalError,
        nameof(Fault.DropBefore) => Fault.DropBefore,
        nameof(Fault.DropAfter) => Fault.DropAfter,
        nameof(Fault.Garbage) => Fault.Garbage,
        _ => throw new ArgumentException(name, nameof(name)),
    };
}
