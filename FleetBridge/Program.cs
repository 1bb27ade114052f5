using FleetBridge.Commands;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Output;

NativeMemory.LimitArenas();
UnhandledExceptions.Survive();
using var utf8 = ConsoleEncoding.UseUtf8();
return await CommandLine.RunAsync(args);
