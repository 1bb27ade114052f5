using System.IO.Compression;
using System.Runtime.InteropServices;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Scripting;

/// <summary>Packages that a script names, from a source that is a folder beside it.</summary>
public sealed class ScriptPackageTests : CliTest
{
    private const string Script = "#r \"nuget: Studio.Words, 1.2.3\"\nConsole.WriteLine(Studio.Words.Greeting()); return 5;";

    private string Home => Folder["home"];

    [Fact]
    public async Task Package_is_restored_with_what_it_needs_and_found_again_without_its_source()
    {
        await WriteSourceAsync();
        var first = await RunScriptAsync(Script);
        Assert.Equal((5, "Hello from the package\n", ""), (first.Code, first.Output, first.Error));

        Directory.Delete(Folder["source"], recursive: true);
        var second = await RunScriptAsync(Script, ("PATH", "/nowhere"));
        Assert.Equal((5, "Hello from the package\n"), (second.Code, second.Output));
    }

    [Theory]
    [InlineData("#r \"nuget: Studio.Absent, 1.0.0\"", "NU1101: Unable to find package Studio.Absent", null)]
    [InlineData("#r \"nuget: Studio.Words, 1.2.3\"", "Packages need the .NET SDK, and there is no dotnet in the PATH", "/nowhere")]
    [InlineData("#r \"nuget: Studio.Words\"", "is not a package with its version. Write it as #r \"nuget: Name, 1.2.3\"", null)]
    public async Task Package_that_cannot_be_restored_is_an_error_that_says_why(string script, string error, string? path)
    {
        await WriteSourceAsync();
        var result = await RunScriptAsync(script, path is null ? [] : [("PATH", path)]);
        Assert.Equal(2, result.Code);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Native_library_of_a_package_is_found_by_the_name_in_the_code()
    {
        Requires.Linux();
        await WriteSourceAsync();
        WriteNativePackage(RuntimeInformation.RuntimeIdentifier);

        var result = await RunScriptAsync("#r \"nuget: Studio.Native, 1.0.0\"\nConsole.WriteLine(Studio.Native.Cosine(0)); return 4;");

        Assert.Equal((4, "1\n", ""), (result.Code, result.Output, result.Error));
    }

    [Fact]
    public async Task Native_library_for_other_systems_only_is_said_with_the_systems()
    {
        Requires.Linux();
        await WriteSourceAsync();
        WriteNativePackage("win-x64");

        var result = await RunScriptAsync("#r \"nuget: Studio.Native, 1.0.0\"\nConsole.WriteLine(Studio.Native.Cosine(0));");

        Assert.NotEqual(0, result.Code);
        Assert.Contains(
            $"The package Studio.Native 1.0.0 has its native library for win-x64, and not for {RuntimeInformation.RuntimeIdentifier}.",
            result.Error,
            StringComparison.Ordinal);
    }

    private void WriteNativePackage(string runtime)
    {
        var assembly = BackendBuild.Compile(
            "Studio.Native",
            "namespace Studio; public static class Native { [System.Runtime.InteropServices.DllImport(\"studio_native\","
            + " EntryPoint = \"cos\")] public static extern double Cosine(double x); }");
        WritePackage("Studio.Native", "1.0.0", assembly, "");
        using var package = ZipFile.Open(Path.Combine(Folder["source"], "Studio.Native.1.0.0.nupkg"), ZipArchiveMode.Update);

        // a library of the system under another name, as a package would bring one
        var name = runtime.StartsWith("win", StringComparison.Ordinal) ? "studio_native.dll" : "libstudio_native.so";
        package.CreateEntryFromFile(NativeLibraryPath(), $"runtimes/{runtime}/native/{name}");
    }

    private static string NativeLibraryPath() => Directory.EnumerateFiles("/lib", "libm.so.6", SearchOption.AllDirectories).First();

    private async Task<FleetBridgeResult> RunScriptAsync(string text, params (string Name, string Value)[] variables)
    {
        var path = Folder["scripts", "deploy.csx"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
        var environment = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        environment["NUGET_PACKAGES"] = Path.Combine(Home, "packages");
        await using var program = FleetBridgeProcess.Start(State, ["script", path], environment);

        // the SDK's own start is most of it
        return await program.WaitAsync(TimeSpan.FromMinutes(3));
    }

    /// <summary>Words needs Voice, which is what the text comes from.</summary>
    private async Task WriteSourceAsync()
    {
        var voice = BackendBuild.Compile("Studio.Voice", "namespace Studio; public static class Voice { public static string Said => \"Hello from the package\"; }");
        var words = BackendBuild.Compile("Studio.Words", "namespace Studio; public static class Words { public static string Greeting() => Voice.Said; }", voice);
        Directory.CreateDirectory(Folder["source"]);
        Directory.CreateDirectory(Folder["scripts"]);
        WritePackage("Studio.Voice", "2.0.0", voice, "");
        WritePackage("Studio.Words", "1.2.3", words, "<dependency id=\"Studio.Voice\" version=\"2.0.0\" />");
        await File.WriteAllTextAsync(
            Folder["scripts", "NuGet.config"],
            $"<configuration><packageSources><clear /><add key=\"studio\" value=\"{Folder["source"]}\" /></packageSources></configuration>");
    }

    private void WritePackage(string name, string version, byte[] assembly, string dependency)
    {
        using var package = ZipFile.Open(Path.Combine(Folder["source"], $"{name}.{version}.nupkg"), ZipArchiveMode.Create);
        using (var description = new StreamWriter(package.CreateEntry($"{name}.nuspec").Open()))
        {
            description.Write(
                "<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\"><metadata>"
                + $"<id>{name}</id><version>{version}</version><authors>Studio</authors><description>Words</description>"
                + $"<dependencies><group targetFramework=\"net8.0\">{dependency}</group></dependencies></metadata></package>");
        }

        using var file = package.CreateEntry($"lib/net8.0/{name}.dll").Open();
        file.Write(assembly);
    }
}
