using Backends.Scripting;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace FleetBridge.Scripting;

/// <summary>
/// Puts a call of <see cref="ScriptGuard.Check"/> into every loop and at the beginning of every method that calls or is called
/// in a loop. It
/// works on the compiled code, where every way to loop and to call is a jump or a call, and no line or column moves. Nothing
/// else knows Cecil.
/// </summary>
internal static class ScriptGuards
{
    private const string MoveNext = "MoveNext";

    /// <summary>Puts them in.</summary>
    /// <param name="assembly">A compiled script.</param>
    /// <param name="symbols">Its portable debug information.</param>
    /// <returns>The assembly that runs, with its debug information in it.</returns>
    public static byte[] PutInto(MemoryStream assembly, MemoryStream symbols)
    {
        assembly.Position = symbols.Position = 0;
        using var module = ModuleDefinition.ReadModule(
            assembly, new ReaderParameters { SymbolStream = symbols, SymbolReaderProvider = new PortablePdbReaderProvider() });
        var check = module.ImportReference(typeof(ScriptGuard).GetMethod(nameof(ScriptGuard.Check)));
        foreach (var method in module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            Guard(method, check);
        }

        using var guarded = new MemoryStream();
        module.Write(guarded, new WriterParameters { SymbolWriterProvider = new SymbolsInside() });
        return guarded.ToArray();
    }

    private static void Guard(MethodDefinition method, MethodReference check)
    {
        var instructions = method.Body.Instructions;
        var jumps = instructions.Where(JumpsBack).ToList();
        var begins = MayThrowAtOnce(method) && (IsCalledInLoops(method) || instructions.Any(Calls));
        if (jumps.Count == 0 && !begins)
        {
            return;
        }

        // the short forms of jumps reach no further than 127 bytes
        method.Body.SimplifyMacros();
        foreach (var jump in jumps)
        {
            // in its own place, so that who jumps to the jump meets the call first
            var moved = Instruction.Create(OpCodes.Nop);
            (moved.OpCode, moved.Operand) = (jump.OpCode, jump.Operand);
            (jump.OpCode, jump.Operand) = (OpCodes.Call, check);
            instructions.Insert(instructions.IndexOf(jump) + 1, moved);
        }

        if (begins)
        {
            instructions.Insert(0, Instruction.Create(OpCodes.Call, check));
        }

        method.Body.OptimizeMacros();
    }

    private static bool Calls(Instruction instruction) => instruction.OpCode.FlowControl == FlowControl.Call;

    /// <summary>Lambdas and iterators: the loop that calls them may be the framework's.</summary>
    private static bool IsCalledInLoops(MethodDefinition method) =>
        method.Name == MoveNext || method.Name.Contains(">b__", StringComparison.Ordinal);

    private static bool JumpsBack(Instruction instruction) => instruction.Operand switch
    {
        Instruction target => target.Offset <= instruction.Offset,
        Instruction[] targets => targets.Any(target => target.Offset <= instruction.Offset),
        _ => false,
    };

    /// <summary>
    /// Whether an exception at its very beginning goes to its caller. From the body of an async method it would go past the
    /// task, to nobody; a type whose initializer has failed stays broken; and from a finalizer it ends the process.
    /// </summary>
    private static bool MayThrowAtOnce(MethodDefinition method) => method.Name switch
    {
        ".cctor" or "Finalize" => false,
        MoveNext => !method.DeclaringType.Interfaces.Any(type => type.InterfaceType.Name == "IAsyncStateMachine"),
        _ => true,
    };

    /// <summary>Cecil's own provider wants a file's name, and uses it for nothing.</summary>
    private sealed class SymbolsInside : ISymbolWriterProvider
    {
        private readonly EmbeddedPortablePdbWriterProvider _embedded = new();

        public ISymbolWriter GetSymbolWriter(ModuleDefinition module, string fileName) =>
            _embedded.GetSymbolWriter(module, module.Name);

        public ISymbolWriter GetSymbolWriter(ModuleDefinition module, Stream symbolStream) =>
            _embedded.GetSymbolWriter(module, symbolStream);
    }
}
