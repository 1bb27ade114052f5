using FleetBridge.Commands;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;

NativeMemory.LimitArenas();
UnhandledExceptions.Survive();
return await CommandLine.RunAsync(args);
