namespace FleetBridge.Core.Processes;

/// <summary>The exit codes of the program. docs/command-line.md has the same table for users.</summary>
internal enum ExitCode
{
    /// <summary>Done; every result was True.</summary>
    Success = 0,

    /// <summary>A result was False.</summary>
    ResultFalse = 1,

    /// <summary>The command line, or a file that it names, cannot be used.</summary>
    Usage = 2,

    /// <summary>No bridge responds at the given address.</summary>
    Unreachable = 3,

    /// <summary>The settings cannot be used; nothing was tried.</summary>
    InvalidSettings = 4,

    /// <summary>There is no such backend, version, resource or operation, or it cannot be loaded.</summary>
    NotFound = 5,

    /// <summary>A port is in use by another program.</summary>
    PortTaken = 6,

    /// <summary>A resource was not ready within --wait-limit, or a script or what it waited for did not end in time.</summary>
    TimedOut = 7,

    /// <summary>The broker of the mesh has refused: the login, a right, or a declaration.</summary>
    MeshRefused = 8,

    /// <summary>A bug in FleetBridge.</summary>
    Bug = 70,

    /// <summary>What the command had to say could not be written: the disk is full, or the output is closed. EX_IOERR of sysexits.h.</summary>
    OutputFailed = 74,

    /// <summary>Ctrl-C, or the end of the session, before the work was done.</summary>
    Cancelled = 130,
}
