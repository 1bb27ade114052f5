using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Backends.Files;
using FleetBridge.Backends.Processes;
using FleetBridge.Core.Contract;
using FleetBridge.Core.State;

namespace FleetBridge.Core.Scripting;

/// <summary>
/// The packages of a script, restored by the .NET SDK as those of a project are: with the sources, credentials and package folder of the
/// user's NuGet.config and of those in the script's folder and above it. What was restored once is found without SDK and network.
/// </summary>
internal static class ScriptPackages
{
    /// <summary>How long a restore may take, most of which is the download.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private const string ProjectFile = "script.csproj";
    private const string Framework = "net10.0";
    private const string Empty = "<Project />";
    private const long MostAssets = 64 * 1024 * 1024;
    private const int MostErrors = 5;

    /// <summary>Finds the assemblies of packages, and restores the packages where that has not happened yet.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="script">The script.</param>
    /// <returns>What the compiler and what the script needs.</returns>
    /// <exception cref="ScriptException">They cannot be restored.</exception>
    public static PackageAssemblies Restore(IReadOnlyCollection<ScriptPackage> packages, string script)
    {
        var project = Describe(packages, Path.GetDirectoryName(script)!);
        var folder = Path.Combine(StateFolder.Locate(), "packages", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)))[..32]);
        try
        {
            if (TryRead(folder) is { } restored)
            {
                return restored;
            }

            OwnFolder.Claim(folder);
            PlacedFile.Replace(Path.Combine(folder, ProjectFile), Encoding.UTF8.GetBytes(project));

            // files of that name above the state folder are about other projects
            foreach (var file in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
            {
                PlacedFile.Replace(Path.Combine(folder, file), Encoding.UTF8.GetBytes(Empty));
            }

            Run(folder, script);
            return TryRead(folder) ?? throw Failure(script, "The SDK has restored them, but their files are missing.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(script, exception.Message);
        }
    }

    private static string Describe(IEnumerable<ScriptPackage> packages, string folder)
    {
        var references = packages.OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase)
            .Select(package => $"    <PackageReference Include=\"{package.Name}\" Version=\"{package.Version}\" />");
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>{Framework}</TargetFramework>
                <RestoreRootConfigDirectory>{System.Security.SecurityElement.Escape(folder)}</RestoreRootConfigDirectory>
                <RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>
                <WarningsAsErrors>NU1603;NU1605</WarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
            {string.Join('\n', references)}
              </ItemGroup>
            </Project>

            """;
    }

    private static void Run(string folder, string script)
    {
        if (ProgramPath.Find("dotnet") is not { } dotnet)
        {
            throw Failure(script, "Packages need the .NET SDK, and there is no dotnet in the PATH. Install the SDK, or reference a .dll by its path.");
        }

        var start = ProgramPath.StartOf(dotnet, "restore", Path.Combine(folder, ProjectFile), "--nologo", "--verbosity", "quiet", "-p:NuGetInteractive=false");
        (start.WorkingDirectory, start.RedirectStandardInput) = (folder, true);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_NOLOGO"] = start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        try
        {
            var result = LimitedProcess.RunAsync(start, Limit, TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
            if (result.Code != 0)
            {
                throw Failure(script, Explain($"{result.Output}\n{result.Error}"));
            }
        }
        catch (Exception exception) when (exception is Win32Exception or TimeoutException or InvalidDataException)
        {
            throw Failure(script, exception.Message);
        }
    }

    /// <summary>NuGet's own sentences, without the project's path before and behind them.</summary>
    private static string Explain(string output)
    {
        const string Error = "error ";
        var lines = output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var errors = lines.Where(line => line.Contains($": {Error}", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf($": {Error}", StringComparison.Ordinal) + 2 + Error.Length)..].Split(" [")[0]).Distinct().Take(MostErrors).ToList();
        return errors.Count > 0 ? string.Join("; ", errors) : string.Join(' ', lines.Take(MostErrors));
    }

    /// <summary>Reads what the SDK has written.</summary>
    /// <returns>Null where nothing was restored, or where a package's files are gone.</returns>
    private static PackageAssemblies? TryRead(string folder)
    {
        var assets = Path.Combine(folder, "obj", "project.assets.json");
        if (!File.Exists(assets) || JsonNode.Parse(UserFile.ReadAllBytes(assets, MostAssets)) is not JsonObject root
            || root["targets"]?[Framework] is not JsonObject target)
        {
            return null;
        }

        var places = root["packageFolders"]!.AsObject().Select(place => place.Key).ToList();
        var (compiled, run, natives) = (new List<string>(), new List<string>(), new List<NativeLibraryFile>());
        foreach (var (library, parts) in target)
        {
            var path = (string?)root["libraries"]?[library]?["path"];
            var ofSystems = (parts?["runtimeTargets"] as JsonObject ?? [])
                .Select(file => (File: file.Key, Runtime: (string?)file.Value?["rid"] ?? "", Kind: (string?)file.Value?["assetType"]))
                .OrderBy(file => NativeLibraries.Runtimes.ToList().IndexOf(file.Runtime))
                .ToList();
            foreach (var (kind, found) in new[] { ("compile", compiled), ("runtime", run) })
            {
                foreach (var file in (parts?[kind] as JsonObject ?? []).Select(file => file.Key).Where(IsAssembly))
                {
                    // one that is made for this system takes the place of the general one
                    var own = ofSystems.Find(other => kind == other.Kind && NativeLibraries.Runtimes.Contains(other.Runtime)
                        && Path.GetFileName(other.File) == Path.GetFileName(file)).File;
                    if (Find(path, own ?? file) is not { } whole)
                    {
                        return null;
                    }

                    found.Add(whole);
                }
            }

            foreach (var (file, runtime, _) in ofSystems.Where(file => file.Kind == "native"))
            {
                if (Find(path, file) is not { } whole)
                {
                    return null;
                }

                natives.Add(new NativeLibraryFile(library, runtime, whole));
            }
        }

        return new PackageAssemblies(compiled, run, natives);

        string? Find(string? package, string file) =>
            places.Select(place => Path.Combine(place, package ?? "", file)).FirstOrDefault(File.Exists);
    }

    private static bool IsAssembly(string file) =>
        file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && !ContractAssembly.IsNamed(Path.GetFileNameWithoutExtension(file));

    private static ScriptException Failure(string script, string reason) =>
        new($"{script}: error: The packages cannot be restored. {reason.TrimEnd('.', ' ')}.");
}

/// <summary>The assemblies of packages.</summary>
/// <param name="Compiled">What the compiler reads, as absolute paths.</param>
/// <param name="Run">What is loaded.</param>
/// <param name="Natives">Libraries of native code, for whichever system.</param>
internal sealed record PackageAssemblies(
    IReadOnlyList<string> Compiled, IReadOnlyList<string> Run, IReadOnlyList<NativeLibraryFile> Natives);
