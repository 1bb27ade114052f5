using FleetBridge.Cli;
using FleetBridge.Hosting;

NativeMemory.LimitArenas();
StrayExceptions.Survive();
return await CommandLine.RunAsync(args);
