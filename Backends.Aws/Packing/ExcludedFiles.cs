namespace FleetBridge.Backends.Aws.Packing;

/// <summary>What is in the package folder and not as it is in the zip: nothing of it may stay unsaid.</summary>
/// <param name="IgnoredFiles">How many files the ignore file left out; the ignore file itself is not among them.</param>
/// <param name="IgnoredBytes">Their size.</param>
/// <param name="IgnoreFile">Whether there is an ignore file, which is never uploaded.</param>
/// <param name="EmptyFolders">Folders without anything in them, which a zip of files does not have.</param>
/// <param name="FollowedLinks">Symbolic links whose target was packed in their place.</param>
internal sealed record ExcludedFiles(
    int IgnoredFiles, long IgnoredBytes, bool IgnoreFile, IReadOnlyList<string> EmptyFolders, IReadOnlyList<string> FollowedLinks)
{
    private const int MostNames = 5;

    /// <summary>One sentence for each kind that there is, for the log.</summary>
    public IEnumerable<string> Sentences()
    {
        if (IgnoreFile)
        {
            yield return $"{IgnoreRules.FileName} leaves out {ByteText.Count(IgnoredFiles, "file")} ({ByteText.Of(IgnoredBytes)}), and itself.";
        }

        if (EmptyFolders.Count > 0)
        {
            yield return $"{ByteText.Count(EmptyFolders.Count, "empty folder")} left out: {Names(EmptyFolders)}.";
        }

        if (FollowedLinks.Count > 0)
        {
            yield return $"{ByteText.Count(FollowedLinks.Count, "symbolic link")} followed; what they lead to is packed in their place: "
                + $"{Names(FollowedLinks)}.";
        }
    }

    private static string Names(IReadOnlyList<string> names) => names.Count <= MostNames
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MostNames))} and {names.Count - MostNames} more";
}
