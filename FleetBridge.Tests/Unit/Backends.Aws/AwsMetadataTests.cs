using System.Text.RegularExpressions;
using FleetBridge.Backends;
using FleetBridge.Backends.Aws;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws;

public sealed partial class AwsMetadataTests
{
    private static readonly BackendMetadata Metadata =
        BackendMetadata.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "metadata", "aws.json")));

    [Fact]
    public void Seven_components_have_all_their_requests()
    {
        string[] all = ["check", "create", "delete", "browse"];
        (string Resource, string[] Operations)[] expected =
        [
            ("packaged_build", ["check", "browse"]),
            ("uploaded_build", all),
            ("fleet", all),
            ("user_pool", all),
            ("lambdas", all),
            ("rest_api", all),
            ("session_api", all),
        ];
        Assert.Equal(
            expected.SelectMany(resource => resource.Operations.Select(operation => $"/deployment/{resource.Resource}/{operation}")),
            Metadata.Components.SelectMany(component => component.Requests).Select(request => request.RequestPath));
        Assert.Equal(7, Metadata.Components.Count);
    }

    [Fact]
    public void Components_are_what_the_backend_has()
    {
        Assert.Equal(
            new AwsBackend().Resources.SelectMany(resource => resource.Operations
                .Where(operation => operation.Name != Operation.WaitName)
                .Select(operation => $"/{resource.Path}/{operation.Name}")),
            Metadata.Components.SelectMany(component => component.Requests).Select(request => request.RequestPath));
    }

    [Fact]
    public void First_request_of_each_component_is_its_check() => Assert.All(
        Metadata.Components,
        component => Assert.EndsWith("/check", component.Requests[0].RequestPath, StringComparison.Ordinal));

    [Fact]
    public void Components_stand_after_those_they_depend_on()
    {
        var seen = new List<string>();
        foreach (var resource in new AwsBackend().Resources)
        {
            Assert.All(resource.DependsOn, path => Assert.Contains(path, seen));
            seen.Add(resource.Path);
        }
    }

    [Fact]
    public void Rich_text_is_well_formed()
    {
        var texts = Metadata.Components.Select(component => component.Description).Append(Metadata.FleetDescription);
        Assert.All(texts, text =>
        {
            Assert.StartsWith("<Header>", text, StringComparison.Ordinal);
            Assert.DoesNotMatch("[<>]", Element().Replace(text, ""));
            Assert.DoesNotContain('\r', text);
            Assert.DoesNotContain('\t', text);
        });
        Assert.All(
            Metadata.Components.SelectMany(component => component.Requests.Select(request => request.Name).Append(component.Name)),
            name => Assert.Matches("^[A-Z][A-Za-z ]+$", name));
    }

    [Fact]
    public void Links_lead_to_amazon()
    {
        var links = Metadata.Components.Select(component => component.Description).Append(Metadata.FleetDescription)
            .SelectMany(text => Link().Matches(text).Select(match => new Uri(match.Groups[1].Value))).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.EndsWith("aws.amazon.com", link.Host, StringComparison.Ordinal));
    }

    [Fact]
    public void Metadata_beside_the_built_backend_is_the_repositorys()
    {
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(Repository.Root, "metadata", "aws.json")),
            File.ReadAllBytes(Path.Combine(Repository.AwsRoot, "aws", "1", "metadata.json")));
    }

    // the two elements that the engine's rich text of the plugin knows; they do not nest
    [GeneratedRegex("""<Header>[^<>]+</>|<a id="browser" href="https://[^"<>]+" style="Hyperlink">[^<>]+</>""")]
    private static partial Regex Element();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Link();
}
