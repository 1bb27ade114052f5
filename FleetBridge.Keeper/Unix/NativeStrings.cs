using System.Runtime.InteropServices;

namespace FleetBridge.Keeper.Unix;

/// <summary>A list of C strings, ended by a null pointer.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly int _count;

    /// <summary>Copies them out of the garbage collector's memory.</summary>
    public NativeStrings(IEnumerable<string> texts)
    {
        List<string> list = [.. texts];
        _count = list.Count;
        Pointers = (nint*)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(nint));
        for (var i = 0; i < _count; i++)
        {
            Pointers[i] = Marshal.StringToCoTaskMemUTF8(list[i]);
        }
    }

    /// <summary>The pointers.</summary>
    public nint* Pointers { get; }

    public void Dispose()
    {
        for (var i = 0; i < _count; i++)
        {
            Marshal.FreeCoTaskMem(Pointers[i]);
        }

        NativeMemory.Free(Pointers);
    }
}
