namespace FleetBridge.Core.Hosting;

/// <summary>Notifications about a folder and everything below it.</summary>
internal interface IFolderWatch : IDisposable
{
    /// <summary>Whether it watches the folder that is there now: one that was deleted and created again is another folder, about
    /// which the system reports nothing.</summary>
    bool IsCurrent { get; }
}
