using System.Diagnostics;
using System.Reflection;
using FleetBridge.Benchmarks.Figures;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>What is measured, published or built from this checkout into the temporary folder.</summary>
internal sealed record Published
{
    private static readonly string Root = Path.GetFullPath(typeof(Published).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!);

    /// <summary>The figures that need two builds of one backend.</summary>
    private static readonly string[] WithProbes = ["log", "rebuild", "soak", "pageopen", "pagelog"];

    /// <summary>The program.</summary>
    public required string Bridge { get; init; }

    /// <summary>The bare program.</summary>
    public required string Floor { get; init; }

    /// <summary>Two builds of the Probe fixture that differ in the name they give themselves.</summary>
    public required IReadOnlyList<(string Name, string Folder)> Probes { get; init; }

    /// <summary>A build of the backend that uses the AWS SDK.</summary>
    public required string AwsLoad { get; init; }

    /// <summary>A build of the sample backend.</summary>
    public required string Hello { get; init; }

    /// <summary>A build of the backend that is also a script (<see cref="ScriptFolder"/>).</summary>
    public required string ScriptLoad { get; init; }

    /// <summary>A file of this checkout.</summary>
    public static string InRepository(params string[] names) => Path.Combine([Root, .. names]);

    /// <summary>A file of this project.</summary>
    public static string InBenchmarks(params string[] names) => Path.Combine([Root, "FleetBridge.Benchmarks", .. names]);

    public static async Task<Published> MakeAsync(Place place, BenchmarkOptions options, CancellationToken cancellation)
    {
        if (Figure.All.Any(figure => options.Chose(figure.Name) && !figure.IsHere))
        {
            await DotnetAsync(cancellation, "publish", Path.Combine(Root, "FleetBridge"), "-c", "Release", "-o", place["bridge"]);
            await DotnetAsync(
                cancellation, "publish", Path.Combine(Root, "FleetBridge.Benchmarks", "Floor"), "-c", "Release", "-o", place["floor"]);
        }

        var probes = new List<(string, string)>();
        if (WithProbes.Any(options.Chose))
        {
            probes.Add(await BuildProbeAsync(place, "build-a", cancellation));
            probes.Add(await BuildProbeAsync(place, "build-b", cancellation));
        }

        if (options.Chose("reload"))
        {
            await DotnetAsync(cancellation, "publish", InBenchmarks("AwsLoad"), "-c", "Release", "-o", place["awsload"]);
        }

        if (options.Chose("manybackends"))
        {
            await DotnetAsync(cancellation, "publish", InRepository("samples", "HelloBackend"), "-c", "Release", "-o", place["hello"]);
        }

        if (options.Chose("scriptstart") || options.Chose("scriptrequest"))
        {
            await DotnetAsync(cancellation, "publish", InBenchmarks("ScriptLoad"), "-c", "Release", "-o", place["scriptload"]);
        }

        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        return new Published
        {
            Bridge = place["bridge", "fleetbridge" + suffix],
            Floor = place["floor", "floor" + suffix],
            Probes = probes,
            AwsLoad = place["awsload"],
            Hello = place["hello"],
            ScriptLoad = place["scriptload"],
        };
    }

    /// <summary>Copies a build over what is in a folder, as a compiler does.</summary>
    public static void Install(string build, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(build))
        {
            var target = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, target, overwrite: true);

            // a copy keeps the time of its source, and a compiler does not
            File.SetLastWriteTimeUtc(target, TimeProvider.System.GetUtcNow().UtcDateTime);
        }
    }

    /// <summary>The fixture with another name in it, compiled by a project of its own in the temporary folder.</summary>
    private static async Task<(string Name, string Folder)> BuildProbeAsync(
        Place place, string name, CancellationToken cancellation)
    {
        const string inFixture = "\"build-0\"";
        var source = place["probe-source-" + name];
        Directory.CreateDirectory(source);
        var code = await File.ReadAllTextAsync(
            Path.Combine(Root, "FleetBridge.Tests", "Fixtures", "Probe", "ProbeBackend.cs"), cancellation);
        if (!code.Contains(inFixture, StringComparison.Ordinal))
        {
            throw new BenchmarkException($"The Probe fixture does not contain {inFixture}.");
        }

        await File.WriteAllTextAsync(
            Path.Combine(source, "ProbeBackend.cs"), code.Replace(inFixture, $"\"{name}\"", StringComparison.Ordinal), cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(source, "Probe.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <EnableDynamicLoading>true</EnableDynamicLoading>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                <Reference Include="{place["bridge", "FleetBridge.Backends.dll"]}" Private="false" />
              </ItemGroup>
            </Project>
            """,
            cancellation);
        await DotnetAsync(cancellation, "build", source, "-c", "Release", "-o", place["probe-" + name]);
        return (name, place["probe-" + name]);
    }

    private static async Task DotnetAsync(CancellationToken cancellation, params string[] arguments)
    {
        Console.Error.WriteLine($"dotnet {arguments[0]} {Path.GetFileName(arguments[1])} …");

        // no build server stays behind
        var start = new ProcessStartInfo(
            "dotnet", [.. arguments, "-nodeReuse:false", "-p:UseSharedCompilation=false", "-v:q", "-nologo"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0)
            {
                throw new BenchmarkException($"dotnet {string.Join(' ', arguments)} failed:\n{output}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
