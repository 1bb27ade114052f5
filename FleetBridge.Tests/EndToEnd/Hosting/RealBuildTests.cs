using FleetBridge.Backends;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Hosting;

/// <summary>A backend project outside this repository, built with <c>dotnet build</c> while the bridge serves it.</summary>
public sealed class RealBuildTests(ITestOutputHelper log) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <param name="place">Where the project is.</param>
    /// <param name="output">Where it is built to, seen from there: elsewhere, or into its own folder.</param>
    [Theory]
    [InlineData("source", "../backends/probe/1/")]
    [InlineData("backends/probe/1", "./")]
    public async Task Rebuild_of_a_real_project_is_served_by_the_next_request_and_fails_none(string place, string output)
    {
        var project = Directory.CreateDirectory(_folder[place]).FullName;
        File.WriteAllText(Path.Combine(project, "Probe.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <EnableDynamicLoading>true</EnableDynamicLoading>
                <OutputPath>{output}</OutputPath>
                <AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                <Reference Include="{typeof(Backend).Assembly.Location}" Private="false" />
              </ItemGroup>
            </Project>
            """);
        WriteSource(project, "real-1");
        await BuildAsync(project);

        await using var bridge = await TestBridge.StartAsync(log, [_folder["backends"]]);
        Assert.Equal("real-1", await bridge.BuildAsync());
        using var end = new CancellationTokenSource();
        var loop = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                await bridge.BuildAsync();

                // an editor, not a load test: the build needs the processor
                await Task.Delay(10);
            }
        });

        WriteSource(project, "real-2");
        await BuildAsync(project, "--no-restore");
        Assert.Equal("real-2", await bridge.BuildAsync());

        WriteSource(project, "real-3; this does not compile \"");
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => BuildAsync(project, "--no-restore"));
        Assert.Equal("real-2", await bridge.BuildAsync());
        await end.CancelAsync();
        await loop;
        await bridge.OldGenerationsGoneAsync();
    }

    private static void WriteSource(string project, string build) =>
        File.WriteAllText(Path.Combine(project, "ProbeBackend.cs"), BackendBuild.ProbeSource(build));

    private async Task BuildAsync(string project, params string[] options)
    {
        var (code, output) = await DotnetBuild.RunAsync(project, _folder.Path, new Dictionary<string, string>(), options);
        Assert.True(code == 0, output);
    }
}
