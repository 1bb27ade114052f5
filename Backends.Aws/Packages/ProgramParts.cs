namespace FleetBridge.Backends.Aws.Packages;

/// <summary>What a program says of its own parts.</summary>
internal sealed record ProgramParts
{
    /// <summary>Nothing can be said, because the file is damaged.</summary>
    public static readonly ProgramParts Damaged = new() { IsDamaged = true };

    /// <summary>Whether its own tables contradict each other.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>Whether the file ends before the last of its parts.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>Whether it is a library or an object file, which cannot be started.</summary>
    public bool IsLibrary { get; init; }

    /// <summary>The files' names of the libraries that it needs at its start.</summary>
    public IReadOnlyList<string> Libraries { get; init; } = [];

    /// <summary>Where a Linux program looks for them: folders, in which <c>$ORIGIN</c> is its own.</summary>
    public IReadOnlyList<string> SearchFolders { get; init; } = [];
}
