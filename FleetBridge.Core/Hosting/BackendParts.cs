using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Hosting;

/// <summary>What all installed backends of a host share.</summary>
/// <param name="Loader">Loads builds.</param>
/// <param name="Unloader">Takes old generations out of service.</param>
/// <param name="Threads">The threads that builds are loaded on.</param>
/// <param name="Watches">Reports changed folders.</param>
/// <param name="Loggers">The host's log.</param>
/// <param name="Clock">The clock.</param>
internal sealed record BackendParts(
    GenerationLoader Loader,
    GenerationUnloader Unloader,
    DedicatedThreads Threads,
    FolderWatches Watches,
    ILoggerFactory Loggers,
    TimeProvider Clock);
