using System.CommandLine;
using System.CommandLine.Invocation;

namespace FleetBridge.Commands;

/// <summary>
/// An action that begins when Ctrl-C and SIGTERM can end it. The framework listens to them once the action has returned its task, and until
/// then they end the process at once, whatever the action has begun.
/// </summary>
/// <param name="action">The action.</param>
/// <param name="listening">Completes when the framework listens.</param>
internal sealed class HeldAction(AsynchronousCommandLineAction action, Task listening) : AsynchronousCommandLineAction
{
    /// <summary>Holds the actions of a command and of all commands below it.</summary>
    public static void Hold(Command command, Task listening)
    {
        if (command.Action is AsynchronousCommandLineAction action)
        {
            command.Action = new HeldAction(action, listening);
        }

        foreach (var below in command.Subcommands)
        {
            Hold(below, listening);
        }
    }

    public override async Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default)
    {
        await listening.ConfigureAwait(false);
        return await action.InvokeAsync(parseResult, cancellationToken).ConfigureAwait(false);
    }
}
