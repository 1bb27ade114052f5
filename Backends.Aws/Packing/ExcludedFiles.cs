namespace FleetBridge.Backends.Aws.Packing;

/// <summary>The contents of the package folder that are not in the zip as they are; all of it is logged.</summary>
/// <param name="IgnoredFiles">How many files the ignore file excludes, without itself.</param>
/// <param name="IgnoredBytes">Their size.</param>
/// <param name="IgnoreFile">Whether there is an ignore file, which is never uploaded.</param>
/// <param name="EmptyFolders">Empty folders, which a zip of files does not have.</param>
/// <param name="FollowedLinks">Symbolic links whose targets are packed in their place.</param>
internal sealed record ExcludedFiles(
    int IgnoredFiles, long IgnoredBytes, bool IgnoreFile, IReadOnlyList<string> EmptyFolders, IReadOnlyList<string> FollowedLinks)
{
    private const int MostNames = 5;

    /// <summary>One sentence for each kind, for the log.</summary>
    public IEnumerable<string> Sentences()
    {
        if (IgnoreFile)
        {
            yield return $"{IgnoreRules.FileName} excludes {ByteText.Count(IgnoredFiles, "file")} ({ByteText.Of(IgnoredBytes)}), and itself.";
        }

        if (EmptyFolders.Count > 0)
        {
            yield return $"Excluded {ByteText.Count(EmptyFolders.Count, "empty folder")}: {Names(EmptyFolders)}.";
        }

        if (FollowedLinks.Count > 0)
        {
            yield return $"Followed {ByteText.Count(FollowedLinks.Count, "symbolic link")}, whose targets are packed in their place: "
                + $"{Names(FollowedLinks)}.";
        }
    }

    private static string Names(IReadOnlyList<string> names) => names.Count <= MostNames
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MostNames))} and {names.Count - MostNames} more";
}
