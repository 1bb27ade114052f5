using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>Whether the fleet's machines can start the file at the launch path.</summary>
internal static class ProgramCheck
{
    /// <summary>Checks a file.</summary>
    /// <param name="program">The file.</param>
    /// <param name="launch">The launch path.</param>
    /// <param name="root">The package's folder.</param>
    /// <param name="target">What the fleet is made of.</param>
    /// <param name="problems">Receives why it cannot be started.</param>
    /// <param name="warnings">Receives what is probably unintended.</param>
    public static void Run(ServerProgram program, LaunchPath launch, string root, FleetTarget target, List<string> problems, List<string> warnings)
    {
        if (FindProblem(program, launch, root) is { } problem)
        {
            problems.Add(problem);
            return;
        }

        if (program.System is null)
        {
            // a form that we do not know: GameLift's machines may know it
            warnings.Add($"The server's executable {program.Path} is not a {launch.System} program (it is neither ELF nor PE). GameLift can "
                + $"probably not start it. Package the server again.{ServerCandidates.Suggest(launch, ServerCandidates.Find(root, launch))}");
        }

        CheckMachine(program, launch, target, problems, warnings);
        if (launch.IsLinux && ExecutableBit.FindProblem(program.Path) is { } missing)
        {
            problems.Add($"The server's executable {program.Path} {missing}");
        }

        if (program.Parts.IsDamaged)
        {
            warnings.Add($"The server's executable {program.Path} is damaged: it begins as a {launch.System} program and does not continue as one.");
        }
    }

    private static string? FindProblem(ServerProgram program, LaunchPath launch, string root)
    {
        var start = $"The server's executable {program.Path}";
        var system = launch.System;
        if (program.Length == 0)
        {
            return $"{start} is empty. Package the server again.";
        }

        if (program.IsPointer)
        {
            return $"{start} is a pointer of Git LFS, not the file itself. Fetch it: git lfs pull.";
        }

        string Suggestion() => ServerCandidates.Suggest(launch, ServerCandidates.Find(root, launch));
        if (ServerCandidates.IsScript(program))
        {
            return $"The launch path {launch.Text} is a script. GameLift does not start scripts: the launch path has to name the server's program "
                + $"itself, which reports to GameLift.{Suggestion()}";
        }

        if (ServerCandidates.StartedBy(root, launch) is { } server)
        {
            return $"The launch path {launch.Text} is the small program with which Unreal starts the server. GameLift has to start the server itself: "
                + $"set {AwsSettings.FleetLaunchPath} to {launch.Game}{server}.";
        }

        if (program.System is { } found && found != system)
        {
            return $"{start} is a {found} program, not a {system} program, and the launch path {launch.Text} is one of {system}. Package the server "
                + $"for {system}, or correct the launch path.";
        }

        return program.Parts switch
        {
            { IsCutOff: true } => $"{start} is cut off: it ends before its last part. Package the server again, or copy it again.",
            { IsLibrary: true } => $"{start} is a library, not a program.{Suggestion()}",
            _ => null,
        };
    }

    private static void CheckMachine(ServerProgram program, LaunchPath launch, FleetTarget target, List<string> problems, List<string> warnings)
    {
        switch (program.Header.Machine)
        {
            case ExecutableMachine.Unknown:
                break;
            case ExecutableMachine.X86 when target.Machine == ExecutableMachine.X64:
                if (launch.IsLinux)
                {
                    warnings.Add($"The server's executable {program.Path} is a 32-bit program; GameLift's Linux has no libraries for it.");
                }

                break;
            case var machine when machine != target.Machine:
                problems.Add($"The server's executable {program.Path} is for {ServerProgram.NameOf(machine)}, but the fleet's instance type "
                    + $"{target.InstanceType} is {ServerProgram.NameOf(target.Machine)}. Package the server for "
                    + $"{ServerProgram.NameOf(target.Machine)}, or choose another {AwsSettings.FleetInstanceType}.");
                break;
        }
    }
}
