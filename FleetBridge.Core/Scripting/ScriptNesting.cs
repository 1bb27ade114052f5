using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FleetBridge.Core.Scripting;

/// <summary>
/// Refuses what is nested so deeply that it would end the process: the compiler calls itself for each level, and does not
/// look everywhere whether there is stack for it. It runs on the <see cref="ScriptThread"/>, on whose stack what is left has room.
/// </summary>
internal static class ScriptNesting
{
    /// <summary>The deepest that brackets may be nested.</summary>
    private const int DeepestBrackets = 500;

    /// <summary>The deepest that code may be nested at all: the terms of a sum are, each in the one before.</summary>
    private const int DeepestCode = 3000;

    /// <summary>Looks.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its text.</param>
    /// <returns>Its code, as it had to be parsed for the look.</returns>
    /// <exception cref="ScriptException">It is nested too deeply.</exception>
    public static SyntaxNode Check(string path, string text)
    {
        RefuseBraces(path, text);
        RefuseBrackets(path, text);
        var code = CSharpSyntaxTree.ParseText(text, ScriptCompiler.ParseOptions).GetRoot();
        RefuseCode(path, text, code);
        return code;
    }

    /// <summary>A brace in an interpolated string begins code, for which the compiler's reader of tokens calls itself.</summary>
    private static void RefuseBraces(string path, string text)
    {
        var depth = 0;
        for (var at = 0; at < text.Length; at++)
        {
            depth += text[at] switch { '{' => 1, '}' when depth > 0 => -1, _ => 0 };
            if (depth > DeepestBrackets)
            {
                throw TooDeep(path, text, at);
            }
        }
    }

    private static void RefuseBrackets(string path, string text)
    {
        // hardly any script has so many, and only the compiler's own tokens tell a bracket from a letter
        var letters = text.AsSpan();
        if (letters.Count('(') + letters.Count('[') + letters.Count('{') + letters.Count('<') <= DeepestBrackets)
        {
            return;
        }

        var (brackets, angles) = (0, 0);
        foreach (var token in SyntaxFactory.ParseTokens(text, options: ScriptCompiler.ParseOptions))
        {
            switch (token.Kind())
            {
                case SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.OpenBraceToken:
                    brackets++;
                    break;
                case SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.CloseBraceToken:
                    brackets--;
                    break;
                case SyntaxKind.LessThanToken:
                    angles++;
                    break;
                case SyntaxKind.GreaterThanToken:
                    angles--;
                    break;
                case SyntaxKind.IdentifierToken or SyntaxKind.DotToken or SyntaxKind.CommaToken or SyntaxKind.QuestionToken
                    or SyntaxKind.ColonColonToken:
                    break;
                case var kind when !SyntaxFacts.IsPredefinedType(kind):
                    // a list of types does not continue here: the signs before were comparisons
                    angles = 0;
                    break;
            }

            if (brackets + angles > DeepestBrackets)
            {
                throw TooDeep(path, text, token.SpanStart);
            }
        }
    }

    private static void RefuseCode(string path, string text, SyntaxNode code)
    {
        var left = new Stack<(SyntaxNode Node, int Depth)>();
        left.Push((code, 0));
        while (left.TryPop(out var next))
        {
            if (next.Depth > DeepestCode || next.Node is ArrayTypeSyntax { RankSpecifiers.Count: > DeepestBrackets })
            {
                throw TooDeep(path, text, next.Node.SpanStart);
            }

            foreach (var child in next.Node.ChildNodes())
            {
                left.Push((child, next.Depth + 1));
            }
        }
    }

    private static ScriptException TooDeep(string path, string text, int at)
    {
        var before = text.AsSpan(0, at);
        return new ScriptException(
            $"{path}({before.Count('\n') + 1},{at - before.LastIndexOf('\n')}): error: The code is nested too deeply here to be compiled.");
    }
}
