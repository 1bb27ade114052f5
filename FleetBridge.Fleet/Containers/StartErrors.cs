using System.Net;
using Docker.DotNet;
using FleetBridge.Fleet.Running;

namespace FleetBridge.Fleet.Containers;

/// <summary>What an engine's refusal to start a container means.</summary>
internal static class StartErrors
{
    /// <summary>Explains it.</summary>
    public static StartException Of(DockerApiException exception, StartRequest request)
    {
        var text = ContainerEngine.TextOf(exception);
        return Has(text, "port is already allocated") || Has(text, "address already in use")
                ? new StartException("port_taken", $"A port of the server is in use on this machine: {text}.", isRetryable: true)
            : Has(text, "no such image") || exception.StatusCode == HttpStatusCode.NotFound
                ? new StartException("no_image", $"The engine does not have the image of {request.GameId} any more: {text}. Install it again.", isRetryable: false)
            : Has(text, "docker-init") || Has(text, "init binary")
                ? new StartException("no_init", $"The engine lacks docker-init (Debian: apt-get install tini): {text}.", isRetryable: false)
            : Has(text, "executable file not found") || Has(text, "no such file or directory") || Has(text, "permission denied")
                ? new StartException("no_executable", $"{request.GameId} has no such program: {text}.", isRetryable: false)
            : new StartException("engine_refused", $"The container engine did not start {request.GameId}: {text}.", isRetryable: (int)exception.StatusCode >= 500);
    }

    private static bool Has(string text, string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);
}
