using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FleetBridge.Core.Scripting;

/// <summary>
/// A script whose code is all in a <c>Main</c>, as in a program. The statements of a script are its entry point, so that nobody calls
/// <c>Main</c> (the compiler's CS7022): it would end at once as if all had gone well.
/// </summary>
internal static class UncalledMain
{
    private const string Name = "Main";

    /// <summary>Finds it.</summary>
    /// <param name="trees">The script and the scripts that it loads.</param>
    /// <returns>The method, where the script runs nothing; null otherwise.</returns>
    public static MethodDeclarationSyntax? Find(IEnumerable<SyntaxTree> trees)
    {
        var roots = trees.Select(tree => tree.GetRoot()).OfType<CompilationUnitSyntax>().ToList();
        return roots.SelectMany(root => root.Members).Any(Runs)
            ? null
            : roots.SelectMany(root => root.DescendantNodes()).OfType<MethodDeclarationSyntax>()
                .FirstOrDefault(method => method.Identifier.ValueText == Name);
    }

    /// <summary>What to say of it.</summary>
    public static string Describe(MethodDeclarationSyntax main)
    {
        var place = main.Identifier.GetLocation().GetMappedLineSpan();
        var owner = main.Parent is TypeDeclarationSyntax type ? $"{type.Identifier.ValueText}." : "";
        var call = $"{owner}{Name}({(main.ParameterList.Parameters.Count > 0 ? "[.. Args]" : "")})";
        var awaited = main.ReturnType.ToString().Contains("Task", StringComparison.Ordinal) ? $"await {call}" : call;
        var returns = main.ReturnType.ToString() is "void" or "Task" ? "" : "return ";
        return $"{place.Path}({place.StartLinePosition.Line + 1},{place.StartLinePosition.Character + 1}): error CS7022: "
            + $"The entry point of a script is its statements, and this one has none: {Name} is never called. "
            + $"Write '{returns}{awaited};' in the last line, or move the code out of {Name}.";
    }

    /// <summary>Whether something happens when the script reaches a member. A variable is one, and its value may be the work.</summary>
    private static bool Runs(MemberDeclarationSyntax member) => member switch
    {
        GlobalStatementSyntax => true,
        FieldDeclarationSyntax field => field.DescendantNodes().Any(node => node is InvocationExpressionSyntax or AwaitExpressionSyntax),
        _ => false,
    };
}
