using System.Security.Cryptography.X509Certificates;
using FleetBridge.Fleet.Host;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Fleet.Host;

public sealed class HostCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private string File => _folder["host", "certificate.pem"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Certificate_is_made_once_and_kept_for_this_user()
    {
        using var made = Open();
        using var read = Open();
        Assert.Equal(made.Thumbprint, read.Thumbprint);
        Assert.True(read.HasPrivateKey);
        Assert.True(made.MatchesHostname("localhost") && made.MatchesHostname("127.0.0.1") && made.MatchesHostname("::1"));
        Assert.False(made.MatchesHostname("example.com"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }

        Assert.Equal([File], Directory.GetFiles(_folder["host"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Certificate_that_cannot_be_used_is_replaced(string text)
    {
        Directory.CreateDirectory(_folder["host"]);
        System.IO.File.WriteAllText(File, text);
        using var made = Open();
        using var read = Open();
        Assert.Equal(made.Thumbprint, read.Thumbprint);
    }

    [Fact]
    public void Certificate_is_replaced_before_it_ends()
    {
        using var first = Open();
        _clock.SetUtcNow(first.NotAfter.ToUniversalTime() - TimeSpan.FromDays(1));
        using var second = Open();
        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        Assert.True(second.NotAfter.ToUniversalTime() > _clock.GetUtcNow().UtcDateTime + TimeSpan.FromDays(365));
    }

    [Fact]
    public void Folder_that_cannot_be_written_does_not_stop_the_host()
    {
        System.IO.File.WriteAllText(_folder["host"], "a file is where the folder would be");
        using var made = Open();
        Assert.True(made.HasPrivateKey);
    }

    private X509Certificate2 Open() => new HostCertificate(File, _clock, NullLogger.Instance).ReadOrMake();
}
