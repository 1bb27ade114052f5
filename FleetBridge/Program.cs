using FleetBridge.Cli;
using FleetBridge.Hosting;

NativeMemory.LimitArenas();
return await CommandLine.RunAsync(args);
