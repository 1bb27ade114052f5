using FleetBridge.Backends;
using FleetBridge.Core.Deployments;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;
using FleetBridge.Output;
using Spectre.Console.Testing;

namespace FleetBridge.Tests.Unit.Output;

public sealed class DeploymentTableTests
{
    private const string Cause = "AWS refuses the credentials of the profile 'nightly', because the secret key does not belong to the access key.";

    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(120)]
    public void Table_fits_the_width_and_cuts_nothing_off(int width)
    {
        var word = new string('w', 200);
        var console = Print(width, ("first", Cause), ("second", $"The folder /{word} does not exist."), ("third", Cause), ("fourth", null));
        Assert.All(console.Lines, line => Assert.True(line.Length <= width, line));
        Assert.Equal(word.Length, console.Output.Count(letter => letter == 'w'));
    }

    [Fact]
    public void Errors_that_resources_share_are_numbered_in_the_order_of_the_rows()
    {
        var other = Cause.Replace("nightly", "weekly", StringComparison.Ordinal);
        var console = Print(200, ("a", Cause), ("b", other), ("c", Cause), ("d", other), ("e", "Something of its own that is wrong with this one resource alone."));
        Assert.Equal(["see (1)", "see (2)", "see (1)", "see (2)", "Something of its own that is wrong with this one resource alone."], Errors(console));
        Assert.Equal([$"(1)  a, c: {Cause}", $"(2)  b, d: {other}"], console.Lines.Where(line => line.StartsWith('(')).Select(line => line.TrimEnd()));
    }

    [Fact]
    public void Short_error_stays_in_each_row()
    {
        var console = Print(120, ("a", "Skipped, because fleet failed."), ("b", "Skipped, because fleet failed."));
        Assert.Equal(["Skipped, because fleet failed.", "Skipped, because fleet failed."], Errors(console));
        Assert.DoesNotContain("(1)", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_cannot_steer_the_terminal_nor_is_it_markup()
    {
        var text = $"[red]{Cause}[/]\e]0;title\a";
        var console = Print(200, ("a", text), ("b", text), ("c", "[bold]\e[2J"));
        Assert.Contains($"(1)  a, b: [red]{Cause}[/]\\u001b]0;title\\u0007", console.Output, StringComparison.Ordinal);
        Assert.Contains("[bold]\\u001b[2J", console.Output, StringComparison.Ordinal);
    }

    private static TestConsole Print(int width, params (string Name, string? Error)[] resources)
    {
        var console = new TestConsole().Width(width);
        DeploymentTable.Print([.. resources.Select(resource => Outcome(resource.Name, resource.Error))], console);
        return console;
    }

    private static ResourceOutcome Outcome(string name, string? error) => ResourceOutcome.Of(
        new ResourceOutline(name, $"deployment/{name}", [], [], null),
        BridgeResponse.Completed(error is null ? BackendResult.Success() : BackendResult.Failure(error)));

    private static IEnumerable<string> Errors(TestConsole console) =>
        console.Lines.Where(line => line.StartsWith('│')).Skip(1).Select(line => line.Split('│')[3].Trim());
}
