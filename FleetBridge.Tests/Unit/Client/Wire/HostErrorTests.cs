using System.Text;
using FleetBridge.Core.Client.Wire;

namespace FleetBridge.Tests.Unit.Client.Wire;

public sealed class HostErrorTests
{
    [Theory]
    [InlineData("""{"type":"about:blank","title":"Conflict","status":409,"detail":"It runs.","code":"running"}""", "running", "It runs.")]
    [InlineData("""{"error":"full","message":"The session is full."}""", "full", "The session is full.")]
    [InlineData("""{"__type":"com.amazonaws.gamelift#NotFoundException","Message":"No fleet."}""", "NotFoundException", "No fleet.")]
    [InlineData("""{"__type":"NotFoundException","message":"No fleet."}""", "NotFoundException", "No fleet.")]
    [InlineData("""{"error":7,"message":true}""", "7", "true")]
    [InlineData("""{"error":{},"message":[]}""", null, null)]
    [InlineData("""{"error":"a","error":"b"}""", null, null)]
    [InlineData("[1]", null, null)]
    [InlineData("<html>", null, null)]
    [InlineData("", null, null)]
    public void Error_of_each_kind_is_read_and_anything_else_is_none(string body, string? code, string? message) =>
        Assert.Equal(new HostError(code, message), HostError.Read(Encoding.UTF8.GetBytes(body)));
}
