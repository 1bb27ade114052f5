using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FleetBridge.Backends;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Contract;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Scripting;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Hosting;

/// <summary>Copies a build aside, loads the copy, and checks all of it before it serves.</summary>
internal sealed class GenerationLoader(
    ShadowCopies copies, GenerationUnloader unloader, Func<string, bool> isNative, TimeProvider clock)
{
    // Backends whose first build is pinned in memory. One for each backend, so that rebuilds cannot fill the memory.
    private readonly ConcurrentDictionary<BackendFolder, bool> _pinned = new();

    /// <summary>Loads a build.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="number">The generation it will be.</param>
    /// <param name="threads">The threads that its operations will run on.</param>
    /// <param name="sources">What a script was made of, wherever it is, also when it cannot serve; empty for an assembly.</param>
    /// <param name="cancellation">Cancels the compilation of a script.</param>
    /// <returns>The generation, ready to serve.</returns>
    /// <exception cref="BackendLoadException">It cannot serve; nothing of it is left in memory or on disk.</exception>
    public BackendGeneration Load(
        BackendFolder folder,
        int number,
        DedicatedThreads threads,
        out IReadOnlyCollection<string> sources,
        CancellationToken cancellation)
    {
        sources = [];
        try
        {
            return folder.IsScript
                ? LoadScript(folder, number, threads, out sources, cancellation)
                : LoadCopy(folder, folder.FindEntryAssembly(), number, threads);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            throw exception as BackendLoadException
                ?? new BackendLoadException(Describe(exception), ExceptionText.Of(exception)) { MayPass = FileProblem.MayPass(exception) };
        }
    }

    /// <summary>Not inlined: what compiles scripts is loaded by the first of them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private BackendGeneration LoadScript(
        BackendFolder folder,
        int number,
        DedicatedThreads threads,
        out IReadOnlyCollection<string> sources,
        CancellationToken cancellation)
    {
        try
        {
            var image = ScriptCompiler.Compile(folder.ScriptPath, globals: null, out sources, cancellation);
            return LoadCopy(folder, ScriptBuild.AssemblyFile, number, threads, image);
        }
        catch (ScriptException exception)
        {
            throw new BackendLoadException(exception.Message);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private BackendGeneration LoadCopy(
        BackendFolder folder, string entry, int number, DedicatedThreads threads, ScriptImage? script = null)
    {
        var copy = copies.Create(folder, number);
        BackendLoadContext? context = null;
        try
        {
            if (script is not null)
            {
                ScriptBuild.Write(script, copy);
            }

            DependencyFile.Check(Path.ChangeExtension(Path.Combine(copy, entry), BackendFolder.DependenciesSuffix));
            var native = isNative(Path.Combine(copy, entry));
            var isPinned = native && _pinned.TryAdd(folder, true);
            context = new BackendLoadContext($"{folder.Title}#{number}", Path.Combine(copy, entry), isCollectible: !isPinned);
            var (backend, surface) = script is null
                ? Offer(Create(context, Path.Combine(copy, entry), copy, native), copy)
                : CreateFromScript(context.LoadFromAssemblyPath(Path.Combine(copy, entry)), script.Entry, copy);
            return new BackendGeneration(number, copy, context, backend, surface, threads)
            {
                Code = script is null ? BackendCode.Assembly : BackendCode.Script,
                Notes = script is null ? NotesOn(folder, backend.GetType().Assembly, context, copy) : [.. NativeLibraries.Missing(script.Natives)],
            };
        }
        catch
        {
            unloader.Discard(folder.Title, context, copy);
            throw;
        }
    }

    /// <summary>Not inlined: only scripts need what is in it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private (Backend Backend, BackendSurface Surface) CreateFromScript(
        System.Reflection.Assembly assembly, ScriptEntryPoint entry, string copy) =>
        ScriptEntry.WithinLimit(() => Offer(ScriptEntry.Create(assembly, entry), copy), clock);

    private static (Backend Backend, BackendSurface Surface) Offer(Backend backend, string copy) => (backend, ReadSurface(backend, copy));

    private static Backend Create(BackendLoadContext context, string path, string copy, bool isNative)
    {
        var assembly = context.LoadFromAssemblyPath(path);
        CheckContract(assembly);
        ContractBinding.Check(assembly, copy, assembly, isNative);
        foreach (var other in ContractUse.FindBeside(path).Select(context.LoadFromAssemblyPath))
        {
            CheckVersion(other);
            ContractBinding.Check(other, copy, assembly, isNative);
        }

        var types = assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Backend)) && !type.IsAbstract)
            .ToList();
        if (types.Count != 1)
        {
            throw new BackendLoadException(types.Count == 0
                ? $"{assembly.GetName().Name} has no public class that derives from {typeof(Backend).FullName}."
                : $"{assembly.GetName().Name} has several backends ({string.Join(", ", types.Select(type => type.FullName))}); "
                    + "a folder holds one.");
        }

        return types[0].GetConstructor(Type.EmptyTypes) is null
            ? throw new BackendLoadException($"{types[0].FullName} has no public constructor without parameters.")
            : (Backend)Activator.CreateInstance(types[0])!;
    }

    private static List<string> NotesOn(
        BackendFolder folder, System.Reflection.Assembly project, BackendLoadContext context, string copy)
    {
        var notes = new List<string>();

        // a signed assembly comes from a package, unless the project is signed with the same key
        var key = KeyOf(project);
        var own = context.Assemblies.Where(assembly => KeyOf(assembly) is var other && (other.Length == 0 || other == key));
        foreach (var method in own.SelectMany(ProcessEnds.Find).Distinct())
        {
            notes.Add($"It calls {nameof(Environment)}.{method}, which ends the bridge with all that runs in it. Throw a BackendException instead.");
            if (method == nameof(Environment.Exit))
            {
                BackendExits.AddCaller(folder.Title);
            }
        }

        if (BackendCultures.FindNote(copy) is { } cultures)
        {
            notes.Add(cultures);
        }

        return notes;
    }

    private static string KeyOf(System.Reflection.Assembly assembly) => Convert.ToHexString(assembly.GetName().GetPublicKeyToken() ?? []);

    /// <summary>Refuses an assembly that was built against another contract than the bridge's.</summary>
    private static void CheckContract(System.Reflection.Assembly assembly)
    {
        var name = assembly.GetName().Name;
        var references = assembly.GetReferencedAssemblies();
        if (references.All(reference => reference.Name != ContractAssembly.Name))
        {
            throw new BackendLoadException(references.Any(reference => reference.Name == ContractAssembly.FormerName)
                ? $"{name} was built against the former backend contract, {ContractAssembly.FormerName}.dll. {ContractAssembly.FormerRemedy}"
                : $"{name} does not use the backend contract: it has no class that derives from {typeof(Backend).FullName}.");
        }

        CheckVersion(assembly);
    }

    private static void CheckVersion(System.Reflection.Assembly assembly)
    {
        var host = ContractAssembly.Version;
        var references = assembly.GetReferencedAssemblies();
        if (references.FirstOrDefault(reference => reference.Name == ContractAssembly.Name)?.Version is not { } built)
        {
            return;
        }

        if (built.Major != host.Major || built.Minor > host.Minor)
        {
            throw new BackendLoadException(
                $"{assembly.GetName().Name} was built against version {built.ToString(2)} of the backend contract, and this "
                + $"bridge has {host.ToString(2)}. Build it against the {ContractAssembly.File} beside this program.");
        }
    }

    private static BackendSurface ReadSurface(Backend backend, string copy)
    {
        var problems = new List<string>();
        var metadata = CopyOf(backend.Metadata ?? ReadMetadata(Path.Combine(copy, BackendFolder.MetadataFile)));
        var operations = OperationTable.Build(backend.Resources, problems);
        MetadataCheck.Run(metadata, operations, problems);
        var settings = backend.Settings.ToArray();
        problems.AddRange(settings.GroupBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1)
            .Select(group => $"Two settings have the key '{group.Key}'."));
        return problems.Count == 0
            ? new BackendSurface(operations, settings, metadata, [.. backend.Aliases], [.. backend.EnvironmentChecks])
            : throw new BackendLoadException(string.Join(" ", problems));
    }

    /// <summary>Even a list may be of the backend's own type: the compiler makes one for <c>[…]</c>.</summary>
    private static BackendMetadata CopyOf(BackendMetadata metadata) => metadata with
    {
        Components = [.. metadata.Components.Select(component => component with { Requests = [.. component.Requests] })],
    };

    private static BackendMetadata ReadMetadata(string path)
    {
        if (!File.Exists(path))
        {
            throw new BackendLoadException(
                $"The backend has no metadata: neither in code (Backend.Metadata) nor in a file {BackendFolder.MetadataFile} "
                + "beside its assembly.");
        }

        try
        {
            return BackendMetadata.Parse(UserFile.ReadAllBytes(path, UserFile.MostText));
        }
        catch (JsonException exception)
        {
            throw new BackendLoadException(
                $"{BackendFolder.MetadataFile} cannot be read (line {exception.LineNumber + 1}, byte "
                + $"{exception.BytePositionInLine + 1}): {exception.Message}");
        }
    }

    private string Describe(Exception exception) => exception switch
    {
        _ when FileProblem.MayPass(exception) =>
            $"It could not be copied to {copies.Folder}: {FileProblem.Describe(exception)}. It will be tried again by itself.",
        BadImageFormatException => "An assembly is not valid, or was still being written.",
        System.Reflection.TargetInvocationException { InnerException: { } inner } =>
            $"Its constructor failed: {ExceptionText.Summary(inner)}",
        _ => ExceptionText.Summary(exception),
    };
}
