namespace FleetBridge.Backends.Aws.Packing;

/// <summary>The files of a package, read before anything is packed or uploaded.</summary>
/// <param name="Root">The package's folder, absolute.</param>
/// <param name="Files">The files, ordered by name so that the same folder gives the same zip.</param>
/// <param name="TotalBytes">Their size.</param>
/// <param name="ExcludedFiles">What is in the folder but not as it is in the zip.</param>
/// <param name="Warnings">What is probably unintended, one sentence each.</param>
internal sealed record PackageManifest(
    string Root, IReadOnlyList<PackageFile> Files, long TotalBytes, ExcludedFiles ExcludedFiles, IReadOnlyList<string> Warnings)
{
    /// <summary>The zip's name field has 16 bits (APPNOTE.TXT 4.4.10).</summary>
    private const int MaxNameLength = ushort.MaxValue;

    private const int ShownProblems = 20;

    private static readonly System.Text.UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a package folder, and opens every file once.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="operatingSystem">GameLift's name of the operating system that the build is for, such as WINDOWS_2022.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="BackendException">There is nothing to upload, or some files cannot be uploaded; the message names all of
    /// them.</exception>
    public static PackageManifest Read(string root, string operatingSystem, CancellationToken cancellation = default)
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
            throw NotUploadable(root, problems);
        }

        if (files.Count == 0)
        {
            throw walk.ExcludedFiles.IgnoredFiles > 0
                ? new BackendException(
                    $"Nothing in {root} is left to upload: {IgnoreRules.FileName} excludes all "
                    + $"{ByteText.Count(walk.ExcludedFiles.IgnoredFiles, "file")}.",
                    $"Correct {Path.Combine(root, IgnoreRules.FileName)}.")
                : new BackendException(
                    $"The package folder {root} contains no files.",
                    $"Package the server into it, or set {AwsSettings.ServerPackageRoot} to the folder that holds it.");
        }

        return new PackageManifest(root, files, files.Sum(file => file.Size), walk.ExcludedFiles, warnings);
    }

    /// <summary>Compares every file with the manifest: the zip must be one state of the folder, not a mixture.</summary>
    /// <exception cref="BackendException">A file has changed since the manifest was read.</exception>
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
                if (length > MaxNameLength)
                {
                    problems.Add($"The path {file.Name[..60]}… has {length} bytes; a name in a zip has at most {MaxNameLength}.");
                }
            }
            catch (System.Text.EncoderFallbackException)
            {
                problems.Add($"The name of {file.Path} is not valid Unicode.");
            }
        }
    }

    private static BackendException NotUploadable(string root, List<string> problems)
    {
        var shown = problems.Count <= ShownProblems
            ? problems
            : [.. problems.Take(ShownProblems), $"And {problems.Count - ShownProblems} more."];
        return new BackendException(
            $"The package folder {root} cannot be uploaded: {string.Join(" ", shown)}",
            $"Fix them, or exclude them in {Path.Combine(root, IgnoreRules.FileName)}. Nothing was uploaded.");
    }
}
