using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Tests.Unit.Output;

public sealed class LiveTextTests
{
    [Theory]
    [InlineData("fleet", 8, "fleet   ")]
    [InlineData("uploaded_build", 8, "uploade…")]
    [InlineData("日本語の名前", 8, "日本語… ")]
    [InlineData("a\nb", 5, "a\\nb ")]
    [InlineData("fleet", 1, "…")]
    [InlineData("fleet", 0, "")]
    public void Text_fills_its_cells(string text, int cells, string filled)
    {
        Assert.Equal(filled, LiveText.Fill(text, cells));
        Assert.Equal(cells, LiveText.Fill(text, cells).GetCellWidth());
    }

    [Theory]
    [InlineData(7, "0:07")]
    [InlineData(754, "12:34")]
    [InlineData(3723, "1:02:03")]
    [InlineData(90_061, "25:01:01")]
    public void Time_is_short(int seconds, string text) => Assert.Equal(text, LiveText.Clock(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Lines_fit_every_width()
    {
        LiveRow[] rows = [new("packaged_build"), new("日本")];
        rows[0].Begin("create", 1);
        rows[0].Log("uploading the package, which has a long line");
        for (var width = 1; width <= 220; width++)
        {
            var columns = new LiveColumns(width, rows);
            Assert.InRange(columns.Header.GetCellWidth(), 0, width);
            Assert.All(rows, row => Assert.InRange(columns.Line(row, TimeSpan.FromHours(2), (_, text) => text).GetCellWidth(), 0, width));
        }
    }
}
