using System.Runtime.Versioning;
using System.Text;

namespace FleetBridge.Output;

/// <summary>
/// UTF-8 on a Windows console, whose own code page has no <c>…</c> and no table lines. The console outlives the program, so it
/// gets its code page back.
/// </summary>
internal sealed class ConsoleEncoding : IDisposable
{
    private readonly Encoding? _before;

    private ConsoleEncoding(Encoding? before) => _before = before;

    /// <summary>Switches the console to UTF-8; does nothing on other systems, where it is UTF-8 already.</summary>
    /// <returns>Switches it back.</returns>
    public static ConsoleEncoding UseUtf8() => new(OperatingSystem.IsWindows() ? Switch() : null);

    public void Dispose()
    {
        if (_before is not null)
        {
            TrySet(_before);
        }
    }

    [SupportedOSPlatform("windows")]
    private static Encoding? Switch()
    {
        var before = Console.OutputEncoding;
        return before.CodePage != Encoding.UTF8.CodePage && TrySet(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) ? before : null;
    }

    private static bool TrySet(Encoding encoding)
    {
        try
        {
            Console.OutputEncoding = encoding;
            return true;
        }
        catch (IOException)
        {
            // a console that cannot: its own code page is better than no output
            return false;
        }
    }
}
