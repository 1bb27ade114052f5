using Docker.DotNet.Models;
using FleetBridge.Fleet.Installers;

namespace FleetBridge.Fleet.Containers;

/// <summary>How far a pull is: over all layers, whose sizes are told one by one.</summary>
/// <param name="progress">Who is told.</param>
internal sealed class PullProgress(IProgress<InstallProgress> progress) : IProgress<JSONMessage>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Current, long Total)> _layers = [];

    /// <summary>What the engine said failed; the response has begun with 200 by then.</summary>
    public string? Error { get; private set; }

    public void Report(JSONMessage value)
    {
        lock (_lock)
        {
            if (value.Error is { } error)
            {
                Error = error.Message ?? $"error {error.Code}";
                return;
            }

            if (value.ID is not { Length: > 0 } layer || value.Status is not { } status)
            {
                return;
            }

            _layers.TryGetValue(layer, out var known);
            switch (status)
            {
                case "Downloading" when value.Progress is { } part:
                    _layers[layer] = (part.Current ?? known.Current, Math.Max(part.Total ?? 0, known.Total));
                    Tell("downloading");
                    break;
                case "Download complete" or "Verifying Checksum":
                    _layers[layer] = (known.Total, known.Total);
                    Tell("downloading");
                    break;
                case "Extracting":
                    Tell("extracting");
                    break;
            }
        }
    }

    private void Tell(string phase)
    {
        var (current, total) = (_layers.Values.Sum(layer => layer.Current), _layers.Values.Sum(layer => layer.Total));
        progress.Report(new InstallProgress(total > 0 ? Math.Min(100.0, 100.0 * current / total) : null, current, total > 0 ? total : null, phase));
    }
}
