using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Containers;

/// <summary>Pulls images. The install's folder has the image's id, so that an update takes effect with the next start.</summary>
/// <param name="engine">The engine.</param>
internal sealed partial class DockerInstaller(ContainerEngine engine) : IInstaller
{
    private const string Latest = "latest";

    public string Kind => GameId.Docker;

    public bool IsAvailable(out string reason)
    {
        reason = Task.Run(() => engine.FindProblemAsync(CancellationToken.None)).GetAwaiter().GetResult() ?? "";
        return reason.Length == 0;
    }

    public async Task<Installation> InstallAsync(
        InstallRequest request, IProgress<InstallProgress> progress, ILogger logger, CancellationToken cancellation)
    {
        var name = request.GameId.Identifier;
        if (await engine.FindProblemAsync(cancellation).ConfigureAwait(false) is { } problem)
        {
            throw new InstallException("no_engine", problem, isRetryable: true);
        }

        if (await PullAsync(name, progress, cancellation).ConfigureAwait(false) is { } failure)
        {
            // an update that finds nothing newer is none
            if (await FindAsync(name, cancellation).ConfigureAwait(false) is not { } local
                || (request.PreviousFolder is { } previous && InstalledImage.Read(previous) == local.ID))
            {
                throw new InstallException(failure.Code, failure.Message, failure.IsRetryable);
            }

            LogLocal(logger, name, local.ID, failure.Message);
        }

        var image = await FindAsync(name, cancellation).ConfigureAwait(false)
            ?? throw new InstallException("pull_failed", $"The image {name} was pulled, and the engine does not have it.", isRetryable: true);
        InstalledImage.Write(request.Folder, image.ID);
        return new Installation(image.RepoDigests?.FirstOrDefault() ?? image.ID, image.Size);
    }

    /// <returns>What failed; null when nothing did.</returns>
    private async Task<InstallException?> PullAsync(string name, IProgress<InstallProgress> progress, CancellationToken cancellation)
    {
        progress.Report(new InstallProgress(null, null, null, "asking the registry"));
        var pull = new PullProgress(progress);
        string? error;
        try
        {
            // without a tag the engine would pull all of them
            await engine.Client.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = HasTag(name) ? name : $"{name}:{Latest}" }, null, pull, cancellation).ConfigureAwait(false);
            error = pull.Error;
        }
        catch (DockerApiException exception)
        {
            error = ContainerEngine.TextOf(exception);
            if (exception.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
            {
                return new InstallException(
                    "no_image", $"The image {name} cannot be pulled: {error}. Check its name and tag, and log in where it is private.", isRetryable: false);
            }
        }
        catch (Exception exception) when (ContainerEngine.IsUnreachable(exception))
        {
            return new InstallException(
                "no_engine", $"The container engine went away during the pull of {name}: {ContainerEngine.TextOf(exception)}.", isRetryable: true);
        }

        return error is null ? null
            : error.Contains("no space left", StringComparison.OrdinalIgnoreCase)
                ? new InstallException("disk_full", $"The image {name} cannot be pulled: the engine's disk is full ({VisibleText.Of(error)}).", isRetryable: false)
            : IsUnknown(error)
                ? new InstallException("no_image", $"The image {name} cannot be pulled: {VisibleText.Of(error)}. Check its name and tag.", isRetryable: false)
            : new InstallException("pull_failed", $"The image {name} cannot be pulled: {VisibleText.Of(error)}.", isRetryable: true);
    }

    private async Task<ImageInspectResponse?> FindAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return await engine.Client.Images.InspectImageAsync(name, cancellation).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static bool IsUnknown(string error) =>
        error.Contains("manifest unknown", StringComparison.OrdinalIgnoreCase) || error.Contains("not found", StringComparison.OrdinalIgnoreCase)
        || error.Contains("access denied", StringComparison.OrdinalIgnoreCase);

    /// <summary>A colon behind the last slash is a tag; one before it is a registry's port.</summary>
    private static bool HasTag(string name) => name.Contains('@', StringComparison.Ordinal) || name.LastIndexOf(':') > name.LastIndexOf('/');

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine's own image {Image} ({Id}) is used. {Why}")]
    private static partial void LogLocal(ILogger logger, string image, string id, string why);
}
