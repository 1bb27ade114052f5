namespace Amazon.Emulation.Shapes;

/// <summary>Lists and maps of generated shapes; values in them that are null are left out.</summary>
internal static class ShapeCollections
{
    /// <summary>A list of structures, texts or collections.</summary>
    public static List<T>? ReadList<T>(IShapeReader reader, Func<IShapeReader, T?> read)
        where T : class
    {
        if (!reader.BeginList())
        {
            return null;
        }

        var items = new List<T>();
        while (reader.NextItem())
        {
            if (read(reader) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>A list of numbers, booleans or times.</summary>
    public static List<T>? ReadValueList<T>(IShapeReader reader, Func<IShapeReader, T?> read)
        where T : struct
    {
        if (!reader.BeginList())
        {
            return null;
        }

        var items = new List<T>();
        while (reader.NextItem())
        {
            if (read(reader) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>A map of structures, texts or collections.</summary>
    public static Dictionary<string, T>? ReadMap<T>(IShapeReader reader, Func<IShapeReader, T?> read)
        where T : class
    {
        if (!reader.BeginMap())
        {
            return null;
        }

        var map = new Dictionary<string, T>();
        while (reader.NextKey() is { } key)
        {
            if (read(reader) is { } value)
            {
                map[key] = value;
            }
        }

        return map;
    }

    /// <summary>A map of numbers, booleans or times.</summary>
    public static Dictionary<string, T>? ReadValueMap<T>(IShapeReader reader, Func<IShapeReader, T?> read)
        where T : struct
    {
        if (!reader.BeginMap())
        {
            return null;
        }

        var map = new Dictionary<string, T>();
        while (reader.NextKey() is { } key)
        {
            if (read(reader) is { } value)
            {
                map[key] = value;
            }
        }

        return map;
    }

    /// <summary>Writes a list.</summary>
    public static void WriteList<T>(IShapeWriter writer, List<T> items, Action<IShapeWriter, T> write)
    {
        writer.BeginList(items.Count);
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.EndList();
    }

    /// <summary>Writes a map.</summary>
    public static void WriteMap<T>(IShapeWriter writer, Dictionary<string, T> map, Action<IShapeWriter, T> write)
    {
        writer.BeginMap(map.Count);
        foreach (var (key, value) in map)
        {
            writer.Key(key);
            write(writer, value);
        }

        writer.EndMap();
    }
}
