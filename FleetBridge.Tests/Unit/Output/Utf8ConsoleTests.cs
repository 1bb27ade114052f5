using System.Text;
using FleetBridge.Output;

namespace FleetBridge.Tests.Unit.Output;

public sealed class Utf8ConsoleTests
{
    [Fact]
    public void Output_is_utf8_without_a_byte_order_mark()
    {
        Encoding? used = null;
        Utf8Console.Set(encoding => used = encoding);
        Assert.NotNull(used);
        Assert.Equal("/<backend>/<version>/…", Encoding.UTF8.GetString(used.GetBytes("/<backend>/<version>/…")));
        Assert.Empty(used.GetPreamble());
    }

    [Fact]
    public void Output_without_a_console_remains_as_it_is() =>
        Utf8Console.Set(_ => throw new IOException("The handle is invalid."));
}
