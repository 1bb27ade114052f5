using System.Reflection;
using System.Runtime.CompilerServices;

namespace FleetBridge.Tests.Support;

/// <summary>What an assembly shows to others, as text: its public types, and their public and protected members.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(double)] = "double",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
    };

    /// <summary>Describes it, one line a type or member, ordered by name.</summary>
    public static IEnumerable<string> Describe(Assembly assembly) =>
        from type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal)
        from line in Describe(type)
        select line;

    private static IEnumerable<string> Describe(Type type)
    {
        yield return Head(type);
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type))
            {
                yield return $"    {name} = {(int)Enum.Parse(type, name)}";
            }

            yield break;
        }

        var members = type.IsSubclassOf(typeof(Delegate))
            ? [Method(type.GetMethod("Invoke")!)]
            : type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(Field)
                .Concat(type.GetConstructors(Declared).Where(Shown).Select(Constructor))
                .Concat(type.GetProperties(Declared).Where(property => Shown(property.GetMethod)).Select(Property))
                .Concat(type.GetMethods(Declared).Where(method => Shown(method) && !method.IsSpecialName
                    && !method.IsDefined(typeof(CompilerGeneratedAttribute))).Select(Method));
        foreach (var member in members.Order(StringComparer.Ordinal))
        {
            yield return $"    {member}";
        }
    }

    private static bool Shown(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string Head(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
            _ when type.GetMethod("<Clone>$") is not null => "record",
            _ => "class",
        };
        var modifier = kind is "class" or "record"
            ? type switch { { IsAbstract: true, IsSealed: true } => "static ", { IsAbstract: true } => "abstract ", { IsSealed: true } => "sealed ", _ => "" }
            : "";
        var bases = kind is "class" or "record"
            ? new[] { type.BaseType! }.Where(parent => parent != typeof(object))
                .Concat(type.GetInterfaces().Where(face => !face.Name.StartsWith("IEquatable", StringComparison.Ordinal)))
            : [];
        var list = string.Join(", ", bases.Select(Name));
        return $"public {modifier}{kind} {type.FullName}{(list.Length > 0 ? " : " + list : "")}";
    }

    private static string Field(FieldInfo field) => field.IsLiteral
        ? $"public const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}"
        : $"{Access(field.IsPublic)}{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}";

    private static string Constructor(ConstructorInfo constructor) =>
        $"{Access(constructor.IsPublic)}{constructor.DeclaringType!.Name}({Parameters(constructor)})";

    private static string Property(PropertyInfo property)
    {
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var setter = !Shown(property.SetMethod) ? ""
            : property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        var type = Name(property.PropertyType) + Null(new NullabilityInfoContext().Create(property).ReadState, property.PropertyType);
        return $"{Modifiers(property.GetMethod!)}{required}{type} {name} {{ get;{setter} }}";
    }

    private static string Method(MethodInfo method)
    {
        var type = Name(method.ReturnType)
            + Null(new NullabilityInfoContext().Create(method.ReturnParameter).ReadState, method.ReturnType);
        return $"{Modifiers(method)}{type} {method.Name}({Parameters(method)})";
    }

    private static string Modifiers(MethodInfo method)
    {
        var overrides = method.GetBaseDefinition() != method;
        var kind = method switch
        {
            { IsStatic: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsFinal: false } when overrides => "override ",
            { IsVirtual: true, IsFinal: false, DeclaringType.IsSealed: false } => "virtual ",
            _ => "",
        };
        return Access(method.IsPublic) + kind;
    }

    private static string Access(bool isPublic) => isPublic ? "public " : "protected ";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var nullability = new NullabilityInfoContext().Create(parameter);
        var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        var value = parameter.HasDefaultValue ? $" = {parameter.RawDefaultValue ?? "null"}" : "";
        return $"{(parameter.IsOut ? "out " : "")}{Name(type)}{Null(nullability.WriteState, type)} {parameter.Name}{value}";
    }

    private static string Null(NullabilityState state, Type type) =>
        state == NullabilityState.Nullable && !type.IsValueType ? "?" : "";

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        if (!type.IsGenericType)
        {
            return Keywords.GetValueOrDefault(type, type.Name);
        }

        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
