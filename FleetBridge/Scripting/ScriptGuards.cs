using Backends.Scripting;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FleetBridge.Scripting;

/// <summary>
/// Puts a call of <see cref="ScriptGuard.Check"/> into every loop and every block of a method. No line moves, so that
/// stack traces name the lines of the file.
/// </summary>
internal static class ScriptGuards
{
    private const string Call = $"global::Backends.Scripting.{nameof(ScriptGuard)}.{nameof(ScriptGuard.Check)}();";

    /// <summary>Puts them in.</summary>
    /// <param name="text">A script.</param>
    /// <returns>The script that is compiled.</returns>
    public static string PutInto(string text)
    {
        var root = CSharpSyntaxTree.ParseText(text, ScriptCompiler.ParseOptions).GetRoot();
        var inserts = new List<(int At, string Text)>();
        foreach (var node in root.DescendantNodes())
        {
            switch (node)
            {
                case WhileStatementSyntax loop:
                    Into(loop.Statement);
                    break;
                case DoStatementSyntax loop:
                    Into(loop.Statement);
                    break;
                case ForStatementSyntax loop:
                    Into(loop.Statement);
                    break;
                case CommonForEachStatementSyntax loop:
                    Into(loop.Statement);
                    break;
                case BaseMethodDeclarationSyntax { Body: { } body }:
                    Into(body);
                    break;
                case AccessorDeclarationSyntax { Body: { } body }:
                    Into(body);
                    break;
                case LocalFunctionStatementSyntax { Body: { } body }:
                    Into(body);
                    break;
                case AnonymousFunctionExpressionSyntax { Block: { } body }:
                    Into(body);
                    break;
                case LabeledStatementSyntax label:
                    inserts.Add((label.Statement.SpanStart, Call));
                    break;
            }
        }

        if (inserts.Count == 0)
        {
            return text;
        }

        var result = new System.Text.StringBuilder(text.Length + (inserts.Count * (Call.Length + 2)));
        var last = 0;
        foreach (var (at, insert) in inserts.OrderBy(insert => insert.At))
        {
            result.Append(text, last, at - last).Append(insert);
            last = at;
        }

        return result.Append(text, last, text.Length - last).ToString();

        void Into(StatementSyntax statement)
        {
            if (statement is BlockSyntax block)
            {
                if (!block.OpenBraceToken.IsMissing)
                {
                    inserts.Add((block.OpenBraceToken.Span.End, Call));
                }
            }
            else if (!statement.IsMissing && !statement.ContainsDiagnostics)
            {
                inserts.Add((statement.SpanStart, "{" + Call));
                inserts.Add((statement.Span.End, "}"));
            }
        }
    }
}
