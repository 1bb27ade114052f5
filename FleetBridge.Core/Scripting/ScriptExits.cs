using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FleetBridge.Core.Scripting;

/// <summary>Refuses scripts that end the process: it is the bridge's, with the operations of others in it.</summary>
internal static class ScriptExits
{
    private static readonly string[] Names = [nameof(Environment.Exit), nameof(Environment.FailFast)];

    /// <summary>Looks.</summary>
    /// <param name="module">A compiled script, with its debug information.</param>
    /// <exception cref="ScriptException">It does.</exception>
    public static void Refuse(ModuleDefinition module)
    {
        if (!module.GetMemberReferences().Any(Ends))
        {
            return;
        }

        var errors = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions.Where(instruction => instruction.Operand is MemberReference member && Ends(member))
                .Select(instruction => Describe(method, instruction)));
        throw new ScriptException(string.Join('\n', errors));
    }

    private static bool Ends(MemberReference member) =>
        member.DeclaringType?.FullName == typeof(Environment).FullName && Names.Contains(member.Name);

    private static string Describe(MethodDefinition method, Instruction instruction)
    {
        var point = method.DebugInformation.SequencePoints.LastOrDefault(point => !point.IsHidden && point.Offset <= instruction.Offset);
        var place = point is null ? method.Module.Name : $"{point.Document.Url}({point.StartLine},{point.StartColumn})";
        var name = ((MemberReference)instruction.Operand).Name;
        return $"{place}: error: {nameof(Environment)}.{name} would end the bridge, and a script may not. "
            + "A deployment script returns its exit code, such as 'return 3;'; a backend throws a BackendException.";
    }
}
