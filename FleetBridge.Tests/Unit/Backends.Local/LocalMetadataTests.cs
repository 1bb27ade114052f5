using FleetBridge.Backends;
using FleetBridge.Backends.Local;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Local;

public sealed class LocalMetadataTests
{
    private static readonly BackendMetadata Metadata =
        BackendMetadata.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "metadata", "local.json")));

    [Fact]
    public async Task Components_are_what_the_backend_has()
    {
        await using var backend = new LocalBackend();
        Assert.Equal(
            backend.Resources.SelectMany(resource => resource.Operations
                .Where(operation => operation.Name != Operation.WaitName)
                .Select(operation => $"/{resource.Path}/{operation.Name}")),
            Metadata.Components.SelectMany(component => component.Requests).Select(request => request.RequestPath));
        Assert.Equal(
            ["packaged_build", "host", "fleet", "game_session"], backend.Resources.Select(resource => resource.Name));
    }

    [Fact]
    public async Task Components_stand_after_those_they_depend_on()
    {
        await using var backend = new LocalBackend();
        var seen = new List<string>();
        foreach (var resource in backend.Resources)
        {
            Assert.All(resource.DependsOn, path => Assert.Contains(path, seen));
            seen.Add(resource.Path);
        }
    }

    /// <summary>An editor that was set up for AWS sends these, whichever backend it uses.</summary>
    [Fact]
    public async Task Settings_of_the_editor_are_taken()
    {
        await using var backend = new LocalBackend();
        var sent = new[] { "prefix", "profile_name", "region_name", "project_root", "server_package_root", "fleet_launch_path" };
        Assert.True(
            Settings.TryResolve(backend.Settings, sent.ToDictionary(key => key, _ => "x"), out var settings, out var problems),
            string.Join('\n', problems));
        Assert.Equal("x-session", settings["game_session_name"]);
        Assert.All(backend.Settings, setting => Assert.EndsWith(".", setting.Description, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fleet_processes", "0")]
    [InlineData("fleet_processes", "x")]
    [InlineData("host_http_port", "0")]
    [InlineData("host_tls_port", "65536")]
    [InlineData("game_session_players", "201")]
    public async Task Value_is_refused_by_name(string key, string value)
    {
        await using var backend = new LocalBackend();
        Assert.False(Settings.TryResolve(backend.Settings, new Dictionary<string, string> { [key] = value }, out _, out var problems));
        Assert.Contains(key, Assert.Single(problems), StringComparison.Ordinal);
    }
}
