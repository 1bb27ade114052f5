using System.Text;

namespace FleetBridge.Output;

/// <summary>
/// UTF-8 as the encoding of the program's output on Windows, whose consoles and pipes otherwise use the code page of the
/// region, which lacks characters such as <c>…</c>. Other systems use UTF-8 already.
/// </summary>
internal static class Utf8Console
{
    /// <summary>Without a byte-order mark, which a program that reads the output would take for a part of it.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Sets the encoding, before anything is written.</summary>
    public static void Use()
    {
        if (OperatingSystem.IsWindows())
        {
            Set(encoding => Console.OutputEncoding = encoding);
        }
    }

    /// <summary>Sets the encoding of a console.</summary>
    /// <param name="set">Sets it; may throw an <see cref="IOException"/> where there is no console.</param>
    internal static void Set(Action<Encoding> set)
    {
        try
        {
            set(Utf8);
        }
        catch (IOException)
        {
            // no console that could be set up: the output remains as the system has it
        }
    }
}
