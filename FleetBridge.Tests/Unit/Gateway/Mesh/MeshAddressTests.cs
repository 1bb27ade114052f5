using FleetBridge.Core.Processes;
using FleetBridge.Gateway.Mesh.RabbitMq;

namespace FleetBridge.Tests.Unit.Gateway.Mesh;

/// <summary>Where the broker is. The password is nowhere that anybody reads.</summary>
public sealed class MeshAddressTests
{
    [Theory]
    [InlineData("amqps://ann@broker.example/mesh", "amqps://ann@broker.example:5671/mesh")]
    [InlineData("amqps://ann@broker.example:1234/%2F", "amqps://ann@broker.example:1234/%2F")]
    [InlineData("amqp://ann@127.0.0.1/mesh", "amqp://ann@127.0.0.1:5672/mesh")]
    [InlineData("amqp://ann@localhost/mesh", "amqp://ann@localhost:5672/mesh")]
    [InlineData("amqp://ann@[::1]:99/mesh", "amqp://ann@[::1]:99/mesh")]
    [InlineData("amqps://a%40b:hidden@broker/mesh", "amqps://a%40b@broker:5671/mesh")]
    public void Address_is_read_and_shown_without_its_password(string url, string shown) =>
        Assert.Equal(shown, MeshAddress.Read(url, null, "hidden").ToString());

    [Theory]
    [InlineData("amqp://ann:hidden@broker.example/mesh", "unencrypted")]
    [InlineData("amqps://ann:hidden@broker.example", "virtual host")]
    [InlineData("amqps://ann:hidden@broker.example/", "virtual host")]
    [InlineData("amqps://ann:hidden@broker.example/a/b", "virtual host")]
    [InlineData("amqps://:hidden@broker.example/mesh", "user")]
    [InlineData("amqps://ann:hidden@broker.example/mesh?heartbeat=1", "query")]
    [InlineData("http://ann:hidden@broker.example/mesh", "RabbitMQ")]
    [InlineData("nonsense:hidden@x", "RabbitMQ")]
    public void Address_that_cannot_be_used_is_refused_without_its_password(string url, string named)
    {
        var refusal = Assert.Throws<UserException>(() => MeshAddress.Read(url, null, null));

        Assert.Equal(ExitCode.Usage, refusal.Code);
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(url.Contains("://", StringComparison.Ordinal) ? "hidden" : "\0", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Password_comes_from_the_file_before_the_variable_and_the_variable_before_the_URL()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "of the file\n");
            Assert.Equal("of the file", MeshAddress.Read("amqps://a:url@b/c", file, "of the variable").Password);
            Assert.Equal("of the variable", MeshAddress.Read("amqps://a:url@b/c", null, "of the variable").Password);
            var inUrl = MeshAddress.Read("amqps://a:u%3Al@b/c", null, null);
            Assert.Equal(("u:l", true), (inUrl.Password, inUrl.HasVisiblePassword));
            Assert.Contains("password", Assert.Throws<UserException>(() => MeshAddress.Read("amqps://a@b/c", null, null)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("build-7", true)]
    [InlineData("a.b", false)]
    [InlineData("", false)]
    public void Name_of_a_machine_is_one_word(string name, bool isOne)
    {
        if (isOne)
        {
            Assert.Equal(name, MeshName.Read(name));
        }
        else
        {
            Assert.Throws<UserException>(() => MeshName.Read(name));
        }
    }
}
