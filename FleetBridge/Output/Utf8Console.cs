using System.Runtime.Versioning;
using System.Text;

namespace FleetBridge.Output;

/// <summary>
/// UTF-8 as the encoding of the program's output on Windows, whose consoles and pipes otherwise use the code page of the
/// region, which lacks characters such as <c>…</c>. Other systems use UTF-8 already. A console outlives the program, so it gets
/// its code page back.
/// </summary>
internal sealed class Utf8Console : IDisposable
{
    /// <summary>Without a byte-order mark, which a program that reads the output would take for a part of it.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Encoding _before;

    private Utf8Console(Encoding before) => _before = before;

    /// <summary>Sets the encoding, before anything is written.</summary>
    /// <returns>Sets it back; null where nothing was set.</returns>
    public static IDisposable? Use() => OperatingSystem.IsWindows() ? Switch() : null;

    public void Dispose() => TrySet(_before, encoding => Console.OutputEncoding = encoding);

    /// <summary>Sets the encoding of a console.</summary>
    /// <param name="set">Sets it; may throw an <see cref="IOException"/> where there is no console.</param>
    /// <returns>Whether it was set.</returns>
    internal static bool Set(Action<Encoding> set) => TrySet(Utf8, set);

    [SupportedOSPlatform("windows")]
    private static Utf8Console? Switch()
    {
        var before = Console.OutputEncoding;
        return before.CodePage != Utf8.CodePage && Set(encoding => Console.OutputEncoding = encoding) ? new Utf8Console(before) : null;
    }

    private static bool TrySet(Encoding encoding, Action<Encoding> set)
    {
        try
        {
            set(encoding);
            return true;
        }
        catch (IOException)
        {
            // no console that could be set up: the output remains as the system has it
            return false;
        }
    }
}
