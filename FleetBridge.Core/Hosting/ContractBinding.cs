using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Runtime.CompilerServices;
using FleetBridge.Core.Contract;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Whether a backend's code fits the contract that this bridge has. A package may bring a newer copy of an assembly whose types are in the
/// contract's signatures: the copy's types are others to the runtime, and each call would fail with a
/// <see cref="MissingMethodException"/> when it is first made.
/// </summary>
internal static class ContractBinding
{
    /// <summary>Binds all that a backend's assembly uses of the contract, as its first requests would.</summary>
    /// <param name="assembly">The assembly, in its context.</param>
    /// <param name="copy">The folder from which it was loaded.</param>
    /// <param name="project">The assembly of the backend's project, which may be the same.</param>
    /// <param name="isNative">Whether the project was compiled ahead of time. That has bound all that it uses to the contract that it was
    /// built against, whose version was checked: only newer copies beside it can change something.</param>
    /// <exception cref="BackendLoadException">Something does not fit.</exception>
    public static void Check(Assembly assembly, string copy, Assembly project, bool isNative)
    {
        if (isNative && !FindNewer(copy).Any())
        {
            return;
        }

        try
        {
            Bind(assembly);
        }
        catch (Exception exception) when (exception is MissingMemberException or TypeLoadException or FileNotFoundException or FileLoadException)
        {
            throw new BackendLoadException(Describe(assembly, copy, project) ?? $"{assembly.GetName().Name} does not fit the contract of this bridge: {exception.Message}");
        }
    }

    /// <summary>Whether the bridge's own copy of an assembly takes the place of a backend's: it is as new, and the contract uses it.</summary>
    /// <param name="name">The assembly's simple name.</param>
    /// <param name="path">The backend's copy.</param>
    public static bool TakesPlaceOf(string? name, string path) =>
        name is not null && ContractAssembly.References.Contains(name) && VersionOf(path) is { } brought && brought <= HostVersion(name);

    /// <summary>Not inlined: only what is in it needs the reader of metadata.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void Bind(Assembly assembly)
    {
        if (!assembly.TryGetRawMetadata(out var blob, out var length))
        {
            return;
        }

        var metadata = new MetadataReader(blob, length);
        var module = assembly.ManifestModule;
        foreach (var handle in metadata.MemberReferences)
        {
            if (IsOfContract(metadata, metadata.GetMemberReference(handle).Parent))
            {
                _ = module.ResolveMember(MetadataTokens.GetToken(handle));
            }
        }

        // what it derives from the contract's types, which may be created by the first request
        foreach (var handle in metadata.TypeDefinitions)
        {
            var type = metadata.GetTypeDefinition(handle);
            if (IsOfContract(metadata, type.BaseType) || ImplementsContract(metadata, type))
            {
                _ = module.ResolveType(MetadataTokens.GetToken(handle));
            }
        }
    }

    private static bool ImplementsContract(MetadataReader metadata, TypeDefinition type)
    {
        foreach (var implemented in type.GetInterfaceImplementations())
        {
            if (IsOfContract(metadata, metadata.GetInterfaceImplementation(implemented).Interface))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfContract(MetadataReader metadata, EntityHandle type)
    {
        if (type.IsNil || type.Kind != HandleKind.TypeReference)
        {
            return false;
        }

        var scope = metadata.GetTypeReference((TypeReferenceHandle)type).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.AssemblyReference =>
                metadata.StringComparer.Equals(metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name, ContractAssembly.Name),
            HandleKind.TypeReference => IsOfContract(metadata, scope),
            _ => false,
        };
    }

    /// <summary>Says which assemblies are newer than the bridge's, and what to write instead.</summary>
    private static string? Describe(Assembly assembly, string copy, Assembly project)
    {
        var packages = PackagesOf(project, copy);
        var newer = new List<string>();
        var remedies = new List<string>();
        foreach (var (name, brought, host) in FindNewer(copy))
        {
            newer.Add($"{name} {brought.ToString(3)} (this bridge has {host.ToString(3)})");
            remedies.Add(Remedy(packages, name, brought, host));
        }

        return newer.Count == 0
            ? null
            : $"{project.GetName().Name} brings a newer version of what the backend contract uses: {string.Join(", ", newer)}. "
                + (assembly == project ? "" : $"{assembly.GetName().Name} was built against them. ")
                + $"In its project {string.Join(" and ", remedies.Distinct())}.";
    }

    /// <summary>What the contract uses, and a backend brings in a newer version.</summary>
    private static IEnumerable<(string Name, Version Brought, Version Host)> FindNewer(string copy)
    {
        foreach (var name in ContractAssembly.References.Order(StringComparer.Ordinal))
        {
            if (Find(copy, name) is { } path && VersionOf(path) is { } brought && HostVersion(name) is { } host && brought > host)
            {
                yield return (name, brought, host);
            }
        }
    }

    private static string Remedy(BackendPackages? packages, string name, Version brought, Version host) =>
        packages?.FindDirect(name) switch
        {
            // the packages of a release of .NET have one version
            { } package when package.Major == brought.Major =>
                $"write <PackageReference Include=\"{package.Name}\" Version=\"{host.Major}.*\" />",
            { } package => $"choose a version of {package.Name} that needs {name} {host.Major} or older",
            null => $"use packages that need {name} {host.Major} or older",
        };

    private static BackendPackages? PackagesOf(Assembly assembly, string copy) =>
        BackendPackages.TryRead(Path.Combine(copy, assembly.GetName().Name + BackendFolder.DependenciesSuffix));

    private static string? Find(string copy, string name)
    {
        var path = Path.Combine(copy, name + ".dll");
        return File.Exists(path) ? path : null;
    }

    private static Version? VersionOf(string path) => AssemblyName.GetAssemblyName(path).Version;

    private static Version? HostVersion(string name) => Assembly.Load(new AssemblyName(name)).GetName().Version;
}
