using FleetBridge.Commands;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Output;

NativeMemory.LimitArenas();
UnhandledExceptions.LogInsteadOfCrash();
BackendExits.LogBeforeExit();
using var utf8 = Utf8Console.Use();
return UnwrittenOutput.Report(await CommandLine.RunAsync(args), args);
