using System.Text;
using FleetBridge.Gateway.Mesh.RabbitMq;

namespace FleetBridge.Tests.Unit.Gateway.Mesh;

/// <summary>What would leave a Python service deaf never reaches the broker.</summary>
public sealed class MessageGuardTests
{
    public static readonly TheoryData<string, string?> Bodies = new()
    {
        { "{}", null },
        { Nested(64), null },
        { Nested(65), "nested" },
        { Nested(3000), "nested" },
        { $"[{new string('9', 300)}]", null },
        { $"[{new string('9', 301)}]", "digits" },
        { $"[-1.{new string('9', 300)}e5]", "digits" },
        { "[1e999]", null },
        { "[NaN]", "not JSON" },
        { "[Infinity]", "not JSON" },
        { "[1,]", "not JSON" },
        { "{} {}", "not JSON" },
        { "", "not JSON" },
        { """["\ud83d\ude00"]""", null },
        { """["\ud83d"]""", "surrogate" },
        { """{"\udc00":1}""", "surrogate" },
        { $"[\"{new string('x', 8 * 1024 * 1024)}\"]", "bytes" },
    };

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public void Body_is_published_only_if_a_service_can_decode_it(string body, string? problem)
    {
        var found = MessageGuard.FindProblem(Encoding.UTF8.GetBytes(body));

        if (problem is null)
        {
            Assert.Null(found);
        }
        else
        {
            Assert.Contains(problem, found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused() => Assert.Contains("UTF-8", MessageGuard.FindProblem([0x22, 0xff, 0x22]), StringComparison.Ordinal);

    [Theory]
    [InlineData("orders", true)]
    [InlineData("", false)]
    [InlineData("a\nb", false)]
    public void Name_is_a_routing_key(string name, bool isOne) => Assert.Equal(isOne, MessageGuard.FindKeyProblem(name) is null);

    [Fact]
    public void Name_of_more_than_255_bytes_is_refused() => Assert.NotNull(MessageGuard.FindKeyProblem(new string('é', 128)));

    [Theory]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.*", "a.b", true)]
    [InlineData("a.*", "a.b.c", false)]
    [InlineData("a.*", "a", false)]
    [InlineData("a.#", "a", true)]
    [InlineData("a.#", "a.b.c", true)]
    [InlineData("#.c", "a.b.c", true)]
    [InlineData("#", "anything", true)]
    [InlineData("*.b", "a.c", false)]
    [InlineData("a", "a.b", false)]
    public void Pattern_of_topics_is_that_of_AMQP(string pattern, string topic, bool fits) => Assert.Equal(fits, TopicPattern.Matches(pattern, topic));

    private static string Nested(int levels) => new string('[', levels) + new string(']', levels);
}
