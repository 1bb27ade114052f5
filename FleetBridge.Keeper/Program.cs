using FleetBridge.Keeper;
using FleetBridge.Keeper.Protocol;
using FleetBridge.Keeper.Unix;

// fleetbridge-keeper FOLDER: started by a worker, never by a person.
if (args is not [var path])
{
    Console.Error.WriteLine("This program keeps a game server that a fleetbridge worker starts. Use 'fleetbridge worker'.");
    return 2;
}

if (!OperatingSystem.IsWindows())
{
    Detachment.LeaveSession();
}

Environment.CurrentDirectory = path;
using var output = Console.OpenStandardOutput();
try
{
    new KeeperRun(new RunFolder(path)).Run(() =>
    {
        Say(KeeperWords.Begun);
        if (!OperatingSystem.IsWindows())
        {
            Detachment.CloseStandardStreams();
        }
    });
    return 0;
}
catch (KeeperStartException exception)
{
    Say($"{KeeperWords.Failed}{exception.Code} {exception.Message}");
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException
    or System.Net.Sockets.SocketException or ArgumentException)
{
    Say($"{KeeperWords.Failed}keeper {exception.GetType().Name}: {exception.Message}");
}

return 1;

void Say(string line)
{
    try
    {
        output.Write(System.Text.Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n"));
    }
    catch (IOException)
    {
        // the worker has gone; another one finds this by its folder
    }
}
