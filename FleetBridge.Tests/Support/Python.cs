using System.Diagnostics;
using System.Text;

namespace FleetBridge.Tests.Support;

/// <summary>This machine's python3, in which the Lambda handlers are tested.</summary>
internal static class Python
{
    /// <summary>Debian's own, which has Debian's packages.</summary>
    public const string Debian = "/usr/bin/python3";

    private static readonly Lazy<string?> Found = new(Find);

    /// <summary>Whether there is one of version 3.9 or later on the PATH.</summary>
    public static bool IsInstalled => Found.Value is not null;

    /// <summary>The interpreter itself, not a script that looks for it: what is started has its process id.</summary>
    public static string Program => Found.Value!;

    /// <summary>Runs it to its end, without leaving compiled files behind.</summary>
    /// <param name="input">What it reads from its standard input.</param>
    /// <param name="args">Its arguments.</param>
    /// <returns>Its exit code, its output and its errors.</returns>
    public static Task<PythonResult> RunAsync(string input, params string[] args) => RunWithAsync(Found.Value!, input, args);

    /// <summary>Runs another one to its end.</summary>
    /// <param name="program">The interpreter.</param>
    /// <param name="input">What it reads from its standard input.</param>
    /// <param name="args">Its arguments.</param>
    public static async Task<PythonResult> RunWithAsync(string program, string input, params string[] args)
    {
        var start = new ProcessStartInfo(program, ["-B", .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["PYTHONUTF8"] = "1";
        using var process = Process.Start(start)!;
        try
        {
            using var limit = new CancellationTokenSource(Eventually.Limit);
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new PythonResult(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>The first one that runs: Windows has a <c>python3</c> that only opens a shop.</summary>
    private static string? Find()
    {
        foreach (var name in OperatingSystem.IsWindows() ? ["python3", "python"] : new[] { "python3" })
        {
            try
            {
                // found once, by whichever test asks first; Lazy cannot await
                var version = Task.Run(() => RunWithAsync(name, "", ["-c", "import sys; print(sys.executable); sys.exit(sys.version_info < (3, 9))"]))
                    .GetAwaiter().GetResult();
                if (version.Code == 0)
                {
                    return version.Output.Trim();
                }
            }
            catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or OperationCanceledException or IOException)
            {
                continue;
            }
        }

        return null;
    }
}

/// <summary>How a Python program ended.</summary>
internal sealed record PythonResult(int Code, string Output, string Error)
{
    public override string ToString() => $"exit code {Code}\n{Output}\n{Error}";
}
