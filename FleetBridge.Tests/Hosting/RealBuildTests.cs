using Backends;
using FleetBridge.Tests.Support;
using Xunit.Abstractions;

namespace FleetBridge.Tests.Hosting;

/// <summary>A backend project outside this repository, built with <c>dotnet build</c> while the bridge serves it.</summary>
public sealed class RealBuildTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Rebuild_of_a_real_project_is_served_by_the_next_request_and_fails_none()
    {
        File.WriteAllText(_project["Probe.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <EnableDynamicLoading>true</EnableDynamicLoading>
                <OutputPath>bin/backends/probe/1/</OutputPath>
                <AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                <Reference Include="{typeof(Backend).Assembly.Location}" Private="false" />
              </ItemGroup>
            </Project>
            """);
        WriteSource("real-1");
        await BuildAsync();

        await using var bridge = await TestBridge.StartAsync(output, [_project["bin", "backends"]]);
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

        WriteSource("real-2");
        await BuildAsync("--no-restore");
        Assert.Equal("real-2", await bridge.BuildAsync());

        WriteSource("real-3; this does not compile \"");
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => BuildAsync("--no-restore"));
        Assert.Equal("real-2", await bridge.BuildAsync());
        await end.CancelAsync();
        await loop;
        await bridge.OldGenerationsGoneAsync();
    }

    private void WriteSource(string build) => File.WriteAllText(_project["ProbeBackend.cs"], BackendBuild.ProbeSource(build));

    private Task BuildAsync(params string[] options) => DotnetBuild.RunAsync(_project.Path, options);
}
