using System.Diagnostics;

namespace FleetBridge.Tests.Support;

/// <summary>
/// A C program of Fixtures, compiled on first use beside the tests' own files: it starts in a millisecond, and needs nothing of the
/// machine, so that it also runs alone in a container.
/// </summary>
/// <param name="source">Its source below Fixtures.</param>
internal sealed class CompiledFixture(params string[] source)
{
    private const string Compiler = "/usr/bin/gcc";

    private readonly Lock _lock = new();
    private string? _program;

    /// <summary>Whether it can be compiled.</summary>
    public static bool HasCompiler { get; } = File.Exists(Compiler);

    /// <summary>The program.</summary>
    public string Program
    {
        get
        {
            lock (_lock)
            {
                return _program ??= Compile(Path.Combine([Repository.Root, "FleetBridge.Tests", "Fixtures", .. source]));
            }
        }
    }

    /// <summary>Puts a copy into a folder, as a game's package has its program.</summary>
    /// <param name="folder">The folder, which is made.</param>
    /// <param name="name">The copy's name.</param>
    /// <returns>The copy.</returns>
    public string CopyTo(string folder, string name)
    {
        var copy = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(Program, copy, overwrite: true);
        return copy;
    }

    private static string Compile(string source)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "compiled", Path.GetFileNameWithoutExtension(source));
        if (File.Exists(program) && File.GetLastWriteTimeUtc(program) > File.GetLastWriteTimeUtc(source))
        {
            return program;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        var unfinished = $"{program}.{Environment.ProcessId}";
        using var compiler = Process.Start(
            new ProcessStartInfo(Compiler, ["-std=gnu11", "-static", "-O1", "-Wall", "-Wextra", "-Werror", "-o", unfinished, source])
            {
                RedirectStandardError = true,
            })!;
        var problems = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, problems);

        // another test assembly may have it open
        File.Move(unfinished, program, overwrite: true);
        return program;
    }
}
