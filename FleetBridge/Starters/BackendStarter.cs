using System.Diagnostics;
using FleetBridge.Core.Hosting;

namespace FleetBridge.Starters;

/// <summary>
/// The starting point of a backend: code with one resource, its metadata and a README, as a project or as a script. What is
/// written builds, loads and answers as it is.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="IsScript">Whether it is a script, which the bridge compiles, or a project.</param>
internal sealed record BackendStarter(BackendName Name, bool IsScript)
{
    /// <summary>The folder, below the one that is chosen, in which backends stand.</summary>
    public const string BackendsFolder = "backends";

    /// <summary>The program's own folder, in which the contract is, without a separator at its end.</summary>
    private static readonly string Home = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

    /// <summary>The backend's folder below the chosen one, with the separators of a command line that any system takes.</summary>
    public string Place => $"{BackendsFolder}/{Name.Text}/1";

    /// <summary>What to do next.</summary>
    /// <param name="folder">The chosen folder as it stands in commands, with a separator at its end; empty for the current
    /// one.</param>
    /// <returns>Command lines.</returns>
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

    /// <summary>The files.</summary>
    /// <returns>Their names and contents, the code first.</returns>
    public IReadOnlyList<(string Name, string Content)> Files()
    {
        var code = IsScript ? BackendFolder.ScriptFile : $"{Name.ClassName}.cs";
        var readme = ("README.md", Fill("README.md.txt")
            .Replace("{{steps}}", string.Join('\n', Steps("").Select(step => $"    {step}")), StringComparison.Ordinal)
            .Replace("{{code}}", code, StringComparison.Ordinal)
            .Replace("{{reload}}", IsScript
                ? "Saving is enough: the next request is answered by the new code."
                : "Build again while the bridge runs, and the next request is answered by the new code.", StringComparison.Ordinal));
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

    /// <summary>As it stands in a project, where XML and MSBuild have characters of their own.</summary>
    private static string InProject(string path) => System.Security.SecurityElement.Escape(string.Concat(
        path.Select(letter => "%$@;*?".Contains(letter, StringComparison.Ordinal) ? $"%{(int)letter:X2}" : $"{letter}")))!;

    private static string Quoted(string path) =>
        path.All(letter => char.IsLetterOrDigit(letter) || "-_.~/\\:+,@".Contains(letter, StringComparison.Ordinal)) ? path : $"\"{path}\"";
}
