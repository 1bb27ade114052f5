using Microsoft.Data.Sqlite;

namespace FleetBridge.Fleet.Worker;

/// <content>Removes what is left of it.</content>
internal sealed partial class ServerSupervisor
{
    private async Task RemoveAsync()
    {
        _ = _installCancel?.CancelAsync();
        if (_install is { } install)
        {
            await install.ConfigureAwait(false);
        }

        if (!await TryRemoveOutsideAsync().ConfigureAwait(false) || !TryRemoveFolder())
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _clock, _leaving.Token).ConfigureAwait(false);
            return;
        }

        lock (_lock)
        {
            FailCommands("The server was deleted.", _ => true);
            try
            {
                _surroundings.Store.Delete(Id);
            }
            catch (SqliteException exception)
            {
                LogNotStored(_logger, Id, exception.Message);
            }

            _surroundings.Ports.Release(Id);
            IsGone = true;
            Tell();
        }
    }

    /// <summary>A container engine that is away now may be there later.</summary>
    private async Task<bool> TryRemoveOutsideAsync()
    {
        try
        {
            await _surroundings.RunnerOf(_record.Desired.GameId).RemoveAsync(Folder, Id, _leaving.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotRemoved(_logger, Folder, exception.Message);
            return false;
        }
    }

    private bool TryRemoveFolder()
    {
        try
        {
            if (Directory.Exists(Folder))
            {
                Directory.Delete(Folder, recursive: true);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(_logger, Folder, exception.Message);
            return false;
        }
    }
}
