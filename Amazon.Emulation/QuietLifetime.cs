using Microsoft.Extensions.Hosting;

namespace Amazon.Emulation;

/// <summary>
/// Leaves the process's signals alone. The framework's own lifetime takes SIGTERM and Ctrl-C for the emulator, and the
/// process that it lives in (a test run, a benchmark) would then not end.
/// </summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
