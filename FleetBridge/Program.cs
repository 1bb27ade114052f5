using FleetBridge.Cli;

return await CommandLine.RunAsync(args);
