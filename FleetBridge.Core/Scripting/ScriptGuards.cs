using FleetBridge.Backends.Scripting;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace FleetBridge.Core.Scripting;

/// <summary>
/// Puts a call of <see cref="ScriptGuard.Check"/> into every loop and at the beginning of every method that calls or is called
/// in a loop, and one of <see cref="ScriptGuard.CheckRoom"/> before every stackalloc. It works on the compiled code, where
/// every way to loop and to call is a jump or a call, and no line or column moves. Nothing else but <see cref="ScriptExits"/> knows Cecil.
/// </summary>
internal static class ScriptGuards
{
    private const string MoveNext = "MoveNext";

    /// <summary>Puts them in.</summary>
    /// <param name="assembly">A compiled script.</param>
    /// <param name="symbols">Its portable debug information.</param>
    /// <returns>The assembly that runs, with its debug information in it.</returns>
    /// <exception cref="ScriptException">It ends the process.</exception>
    public static byte[] PutInto(MemoryStream assembly, MemoryStream symbols)
    {
        assembly.Position = symbols.Position = 0;
        using var module = ModuleDefinition.ReadModule(
            assembly, new ReaderParameters { SymbolStream = symbols, SymbolReaderProvider = new PortablePdbReaderProvider() });
        ScriptExits.Refuse(module);
        var checks = new Checks(
            Import(module, nameof(ScriptGuard.Check)),
            Import(module, nameof(ScriptGuard.CheckStack)),
            Import(module, nameof(ScriptGuard.CheckRoom)));
        foreach (var method in module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            Guard(method, checks);
        }

        using var guarded = new MemoryStream();
        module.Write(guarded, new WriterParameters { SymbolWriterProvider = new SymbolsInside() });
        return guarded.ToArray();
    }

    private static MethodReference Import(ModuleDefinition module, string check) =>
        module.ImportReference(typeof(ScriptGuard).GetMethod(check));

    private static void Guard(MethodDefinition method, Checks checks)
    {
        var instructions = method.Body.Instructions;
        var jumps = instructions.Where(JumpsBack).ToList();
        var rooms = instructions.Where(instruction => instruction.OpCode == OpCodes.Localloc).ToList();
        var first = IsCalledInLoops(method) || instructions.Any(Calls) || InitializesOthers(method) ? FirstCheck(method, checks) : null;
        if (jumps.Count == 0 && rooms.Count == 0 && first is null)
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
            (jump.OpCode, jump.Operand) = (OpCodes.Call, checks.Loop);
            instructions.Insert(instructions.IndexOf(jump) + 1, moved);
        }

        foreach (var room in rooms)
        {
            (room.OpCode, room.Operand) = (OpCodes.Call, checks.Room);
            instructions.Insert(instructions.IndexOf(room) + 1, Instruction.Create(OpCodes.Localloc));
        }

        if (first is not null)
        {
            instructions.Insert(0, Instruction.Create(OpCodes.Call, first));
        }

        method.Body.OptimizeMacros();
    }

    /// <summary>But for the constructor of <c>object</c>, which calls nobody: that is all that the constructor of a class of
    /// lambdas does, in its type's initializer.</summary>
    private static bool Calls(Instruction instruction) => instruction.OpCode.FlowControl == FlowControl.Call
        && instruction.Operand is not MethodReference { Name: ".ctor", DeclaringType.FullName: "System.Object" };

    /// <summary>Lambdas and iterators: the loop that calls them may be the framework's.</summary>
    private static bool IsCalledInLoops(MethodDefinition method) =>
        method.Name == MoveNext || method.Name.Contains(">b__", StringComparison.Ordinal);

    /// <summary>A type's initializer that uses a static field of another type runs that type's initializer, without a call: so a generic
    /// type can initialize one of itself after the other.</summary>
    private static bool InitializesOthers(MethodDefinition method) => method.Name == ".cctor" && method.Body.Instructions.Any(instruction =>
        instruction.OpCode.Code is Code.Ldsfld or Code.Ldsflda or Code.Stsfld
        && instruction.Operand is FieldReference field && field.DeclaringType.FullName != method.DeclaringType.FullName);

    private static bool JumpsBack(Instruction instruction) => instruction.Operand switch
    {
        Instruction target => target.Offset <= instruction.Offset,
        Instruction[] targets => targets.Any(target => target.Offset <= instruction.Offset),
        _ => false,
    };

    /// <summary>
    /// What is called at a method's very beginning. From the body of an async method an exception there would go past the task,
    /// to nobody; a type whose initializer was cancelled stays broken; and a finalizer has nobody to tell.
    /// </summary>
    private static MethodReference? FirstCheck(MethodDefinition method, Checks checks) => method.Name switch
    {
        ".cctor" => checks.Stack,
        "Finalize" => null,
        MoveNext when method.DeclaringType.Interfaces.Any(type => type.InterfaceType.Name == "IAsyncStateMachine") => null,
        _ => checks.Loop,
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

    /// <summary>The methods that are called.</summary>
    /// <param name="Loop">In each round and at the beginning of a method.</param>
    /// <param name="Stack">At the beginning of one that must not be cancelled.</param>
    /// <param name="Room">Before a stackalloc, with its size.</param>
    private sealed record Checks(MethodReference Loop, MethodReference Stack, MethodReference Room);
}
