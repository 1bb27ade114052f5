namespace FleetBridge.Backends.Aws.Packing;

/// <summary>What will be packed, found out before anything is packed or uploaded.</summary>
/// <param name="Root">The package's folder, absolute.</param>
/// <param name="Files">The files in the order of their names, so that the same folder gives the same zip.</param>
/// <param name="TotalBytes">Their size.</param>
/// <param name="ExcludedFiles">What is in the folder and not as it is in the zip.</param>
/// <param name="Warnings">What is probably not meant, one sentence each.</param>
internal sealed record PackageManifest(
    string Root, IReadOnlyList<PackageFile> Files, long TotalBytes, ExcludedFiles ExcludedFiles, IReadOnlyList<string> Warnings)
{
    /// <summary>The zip's name field has 16 bits (APPNOTE.TXT 4.4.10).</summary>
    private const int LongestName = ushort.MaxValue;

    private const int MostProblems = 20;

    private static readonly System.Text.UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Walks a package folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="operatingSystem">GameLift's name of the system that the build is for, such as WINDOWS_2022.</param>
    /// <param name="cancellation">Ends the walk.</param>
    /// <returns>What was found; every file could be opened.</returns>
    /// <exception cref="BackendException">There is nothing to upload, or something cannot be uploaded; all such things
    /// are named at once.</exception>
    public static PackageManifest Run(string root, string operatingSystem, CancellationToken cancellation = default)
    {
        root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Directory.Exists(root))
        {
            throw new BackendException(
                $"The package folder {root} {(File.Exists(root) ? "is a file, not a folder" : "does not exist")}.",
                $"Package the server, and set {AwsSettings.ServerPackageRoot} to the folder that holds it.");
        }

        var walk = new PackageWalk(root, cancellation);
        walk.Run();
        var problems = walk.Problems;
        var warnings = new List<string>();
        var files = walk.Files.OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        CheckNames(files, problems);
        if (operatingSystem.StartsWith("WINDOWS", StringComparison.Ordinal))
        {
            WindowsNames.Check(files, problems, warnings);
        }

        if (problems.Count > 0)
        {
            throw Refusal(root, problems);
        }

        if (files.Count == 0)
        {
            throw walk.ExcludedFiles.IgnoredFiles > 0
                ? new BackendException(
                    $"Nothing in the package folder {root} is left to upload: {IgnoreRules.FileName} leaves out all of its "
                    + $"{ByteText.Count(walk.ExcludedFiles.IgnoredFiles, "file")}.",
                    $"Correct {Path.Combine(root, IgnoreRules.FileName)}.")
                : new BackendException(
                    $"The package folder {root} has no files in it.",
                    $"Package the server into it, or set {AwsSettings.ServerPackageRoot} to the folder that holds it.");
        }

        return new PackageManifest(root, files, files.Sum(file => file.Size), walk.ExcludedFiles, warnings);
    }

    /// <summary>Looks at every file once more: what was packed has to be one state of the folder, not a mixture.</summary>
    /// <exception cref="BackendException">A file has changed since the survey.</exception>
    public void AssertUnchanged()
    {
        foreach (var file in Files)
        {
            var now = new FileInfo(file.Path);
            if (!now.Exists || now.Length != file.Size || now.LastWriteTimeUtc != file.ModifiedUtc)
            {
                throw UnchangedFile.Changed(file, now.Exists ? "was written to" : "was removed");
            }
        }
    }

    private static void CheckNames(List<PackageFile> files, List<string> problems)
    {
        foreach (var file in files)
        {
            try
            {
                var length = Strict.GetByteCount(file.Name);
                if (length > LongestName)
                {
                    problems.Add($"The path {file.Name[..60]}… has {length} bytes; a zip cannot name more than {LongestName}.");
                }
            }
            catch (System.Text.EncoderFallbackException)
            {
                problems.Add($"The name of {file.Path} is not valid Unicode.");
            }
        }
    }

    private static BackendException Refusal(string root, List<string> problems)
    {
        var told = problems.Count <= MostProblems
            ? problems
            : [.. problems.Take(MostProblems), $"And {problems.Count - MostProblems} more."];
        return new BackendException(
            $"The package folder {root} cannot be uploaded: {string.Join(" ", told)}",
            $"Mend them, or leave them out with a line in {Path.Combine(root, IgnoreRules.FileName)}. Nothing was uploaded.");
    }
}
