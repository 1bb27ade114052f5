using FleetBridge.Commands;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;

NativeMemory.LimitArenas();
UnhandledExceptions.LogInsteadOfCrash();
return await CommandLine.RunAsync(args);
