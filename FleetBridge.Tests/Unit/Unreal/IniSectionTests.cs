using FleetBridge.Unreal;

namespace FleetBridge.Tests.Unit.Unreal;

/// <summary>As <c>FillFileFromBuffer</c> and <c>FConfigFile::ProcessCommand</c> of the engine's Core module read a section.</summary>
public sealed class IniSectionTests
{
    [Theory]
    [InlineData("K=a\nK=b", "b")]
    [InlineData("K=a\nK=", null)]
    [InlineData("K=a\n+K=b", "b")]
    [InlineData("K=a\n+K=b\n+K=a", "b")]
    [InlineData("K=a\n+K=b\n-K=b", "a")]
    [InlineData("K=a\n+K=b\nK=c\n-K=c", "a")]
    [InlineData("K=a\n-K=A", "a")]
    [InlineData(".K=a\n.K=a\n-K=a", "a")]
    [InlineData("K=a\n!K=ClearArray", null)]
    [InlineData("K=a\n!K=ClearArray\n+K=b", "b")]
    [InlineData("K=a\n^K=b", null)]
    [InlineData("K=a\n@K=b", "a")]
    [InlineData("K=a\n*K=b", "a")]
    [InlineData("~K=a", "a")]
    [InlineData("~+K=a", "a")]
    [InlineData("+ K=a", null)]
    [InlineData("++K=a", null)]
    public void Commands_are_those_of_the_engine(string lines, string? value) => Assert.Equal(value, Read(lines));

    [Theory]
    [InlineData("\t K\t=\ta\t", "a")]
    [InlineData("k=a", "a")]
    [InlineData("K=a=b==c", "a=b==c")]
    [InlineData("K = a ; b", "a ; b")]
    [InlineData("K=\"a\" b", "a")]
    [InlineData("K=\"a", "a")]
    [InlineData("K=\"", null)]
    [InlineData("K=a\"b", "a\"b")]
    [InlineData("K=\"a\\", "a")]
    [InlineData("K={a}", "a")]
    [InlineData("; K=a", null)]
    [InlineData(" ; K=a", null)]
    [InlineData("; C:\\Builds\\\nK=a", null)]
    [InlineData("# K=a", null)]
    public void Key_and_value_are_split_as_the_engine_splits_them(string lines, string? value) => Assert.Equal(value, Read(lines));

    [Theory]
    [InlineData("K=a\n[broken\nK=b", "b")]
    [InlineData("K=a\n [Other]\nK=b", "b")]
    [InlineData("K=a\n[Other] ; x\nK=b", "b")]
    [InlineData("K=a\n[Other] // x\nK=b", "a")]
    [InlineData("K=a\n[Other]\t\nK=b", "a")]
    [InlineData("K=a\n[Other]\nK=b\n[SECTION]\nL=c", "a")]
    [InlineData("K=a\n[Other]\nK=b\n[section]\nK=c", "c")]
    [InlineData("K=a\n[]\nK=b", "a")]
    [InlineData("K=a\n[ Section ]\nK=b", "a")]
    [InlineData("[x]=y\nK=a", "a")]
    public void Heading_is_a_line_that_begins_and_ends_with_its_brackets(string lines, string? value) => Assert.Equal(value, Read(lines));

    private static string? Read(string lines) => IniSection.Read($"K=outside\n[Section]\n{lines}\n", "Section")["K"];
}
