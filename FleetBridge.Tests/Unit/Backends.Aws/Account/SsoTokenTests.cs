using System.Globalization;
using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Tests.Unit.Backends.Aws.Account;

/// <summary>The times in the files that <c>aws sso login</c> has left over the years.</summary>
public sealed class SsoTokenTests
{
    [Theory]
    [InlineData("2036-01-02T03:04:05Z", "2036-01-02T03:04:05+00:00")]
    [InlineData("2036-01-02T03:04:05UTC", "2036-01-02T03:04:05+00:00")]
    [InlineData("2036-01-02T03:04:05 UTC", "2036-01-02T03:04:05+00:00")]
    [InlineData("2036-01-02T03:04:05GMT", "2036-01-02T03:04:05+00:00")]
    [InlineData("2036-01-02T03:04:05.678Z", "2036-01-02T03:04:05+00:00")]
    [InlineData("2036-01-02T03:04:05.123456789Z", "2036-01-02T03:04:05+00:00")]
    [InlineData("2036-01-02T03:04:05.5UTC", "2036-01-02T03:04:05+00:00")]
    [InlineData("2036-01-02T03:04:05+02:00", "2036-01-02T01:04:05+00:00")]
    [InlineData("2036-01-02T03:04:05.1-0730", "2036-01-02T10:34:05+00:00")]
    [InlineData("2036-01-02T03:04:05+02", "2036-01-02T01:04:05+00:00")]
    [InlineData("2036-01-02 03:04:05+00:00", "2036-01-02T03:04:05+00:00")]
    [InlineData("2036-01-02T03:04:05", "2036-01-02T03:04:05+00:00")]
    [InlineData("2036-01-02t03:04:05z", "2036-01-02T03:04:05+00:00")]
    public void Time_is_read_in_every_form(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), SsoToken.Time(text)!.Value);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("2036-13-02T03:04:05Z")]
    [InlineData("2036-01-02T03:04:05+99:00")]
    public void Time_that_cannot_be_read_is_none(string? text) => Assert.Null(SsoToken.Time(text));
}
