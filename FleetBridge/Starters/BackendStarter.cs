using System.Diagnostics;
using FleetBridge.Core.Hosting;

namespace FleetBridge.Starters;

/// <summary>
/// The start of a new backend: code with one resource, its metadata and a README, as a project or as a script. It builds, loads
/// and works as it is.
/// </summary>
/// <param name="IsScript">Whether it is a script, which the bridge compiles, or a project.</param>
internal sealed record BackendStarter(BackendName Name, bool IsScript)
{
    /// <summary>The folder of all backends, below the chosen one.</summary>
    public const string BackendsFolder = "backends";

    /// <summary>The program's own folder, which contains the contract, without a separator at its end.</summary>
    private static readonly string Home = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

    /// <summary>The backend's folder below the chosen one, with separators that every system accepts.</summary>
    public string Place => $"{BackendsFolder}/{Name.Text}/1";

    /// <summary>The next steps, as command lines.</summary>
    /// <param name="folder">The chosen folder with a separator at its end; empty for the current one.</param>
    public IReadOnlyList<string> Steps(string folder)
    {
        var roots = Quoted(folder + BackendsFolder);
        string[] build = IsScript ? [] : [$"dotnet build {Quoted(folder + Place)}"];
        return
        [
            .. build,
            $"fleetbridge create server --backends {roots} --backend {Name.Text}/1",
            $"fleetbridge serve --backends {roots}",
        ];
    }

    /// <summary>The names and contents of the files, the code first.</summary>
    public IReadOnlyList<(string Name, string Content)> Files()
    {
        var code = IsScript ? BackendFolder.ScriptFile : $"{Name.ClassName}.cs";
        var readme = ("README.md", Fill("README.md.txt")
            .Replace("{{steps}}", string.Join('\n', Steps("").Select(step => $"    {step}")), StringComparison.Ordinal)
            .Replace("{{code}}", code, StringComparison.Ordinal)
            .Replace("{{reload}}", IsScript
                ? "Save it, and the next request runs the new code."
                : "Build it again while the bridge runs, and the next request runs the new code.", StringComparison.Ordinal));
        var metadata = (BackendFolder.MetadataFile, Fill("metadata.json.txt"));
        return IsScript
            ? [(code, Fill("Head.csx.txt").Replace("{{home}}", Home, StringComparison.Ordinal) + Fill("Body.cs.txt")), metadata, readme]
            :
            [
                (code, Fill("Head.cs.txt") + Fill("Body.cs.txt")),
                ($"{Name.ClassName}.csproj", Fill("Backend.csproj.txt").Replace("{{home}}", InProject(Home), StringComparison.Ordinal)),
                metadata,
                readme,
                (".gitignore", Fill("gitignore.txt")),
            ];
    }

    private string Fill(string template) => Read(template)
        .Replace("{{class}}", Name.ClassName, StringComparison.Ordinal)
        .Replace("{{name}}", Name.Text, StringComparison.Ordinal)
        .Replace("{{title}}", Name.Title, StringComparison.Ordinal);

    private static string Read(string template)
    {
        using var stream = typeof(BackendStarter).Assembly.GetManifestResourceStream($"starters/{template}")
            ?? throw new UnreachableException($"The program was built without {template}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Escapes a path for a project file, where some characters have a meaning in XML or MSBuild.</summary>
    private static string InProject(string path) => System.Security.SecurityElement.Escape(string.Concat(
        path.Select(letter => "%$@;*?".Contains(letter, StringComparison.Ordinal) ? $"%{(int)letter:X2}" : $"{letter}")))!;

    private static string Quoted(string path) =>
        path.All(letter => char.IsLetterOrDigit(letter) || "-_.~/\\:+,@".Contains(letter, StringComparison.Ordinal)) ? path : $"\"{path}\"";
}
