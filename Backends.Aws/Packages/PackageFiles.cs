using System.IO.Enumeration;
using FleetBridge.Backends.Aws.Packing;
using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>The names and the size of a package's files, without opening them. Links are not followed.</summary>
/// <param name="Names">Their names, with forward slashes.</param>
/// <param name="Bytes">Their size.</param>
internal sealed record PackageFiles(IReadOnlyList<string> Names, long Bytes)
{
    // GameLift's service quotas: builds of an account in a region, together
    private const long Quota = 100L * 1000 * 1000 * 1000;
    private const long NearQuota = Quota / 2;

    private const int MostFiles = 1_000_000;

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>Lists a package.</summary>
    public static PackageFiles In(string root)
    {
        try
        {
            var rules = RulesOf(root);
            string NameOf(ref FileSystemEntry entry) =>
                Path.GetRelativePath(root, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/');
            var files = new FileSystemEnumerable<(string Name, long Length)>(
                root, (ref FileSystemEntry entry) => (NameOf(ref entry), entry.Length), Everything)
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                    !entry.IsDirectory && rules?.Ignores(NameOf(ref entry), isFolder: false) != true,
                ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                    !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && rules?.Ignores(NameOf(ref entry), isFolder: true) != true,
            }.Take(MostFiles).ToList();
            return new PackageFiles([.. files.Select(file => file.Name).Order(StringComparer.Ordinal)], files.Sum(file => file.Length));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // what cannot be listed is named when it is packed
            return new PackageFiles([], 0);
        }
    }

    private static IgnoreRules? RulesOf(string root) => Path.Combine(root, IgnoreRules.FileName) is var file && File.Exists(file)
        ? new IgnoreRules(UserFile.ReadAllText(file, IgnoreRules.MostBytes), ignoreCase: OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        : null;

    /// <summary>What to say of the size; null for nothing.</summary>
    public string? SizeWarning(string root) => Bytes switch
    {
        > Quota => $"The package folder {root} has {ByteText.Of(Bytes)}, more than the 100 GB that GameLift stores of all builds of an account in a "
            + $"region. If it is not far smaller as a zip, the upload fails. {Advice}",
        > NearQuota => $"The package folder {root} has {ByteText.Of(Bytes)}; GameLift stores 100 GB of all builds of an account in a region. {Advice}",
        _ => null,
    };

    private static string Advice => $"Exclude what the server does not need, such as debug symbols, in {IgnoreRules.FileName}.";
}
