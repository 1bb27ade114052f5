using System.Globalization;

namespace Amazon.Emulation.Shapes;

/// <summary>Collects which constraints of its model a structure breaks, in AWS's words. The structures are generated with the calls
/// that check their members.</summary>
internal sealed class ShapeCheck
{
    private readonly List<string> _path = [];
    private List<string>? _broken;

    /// <summary>What is broken, one sentence each.</summary>
    public IReadOnlyList<string> Broken => _broken ?? [];

    /// <summary>Whether every constraint is kept.</summary>
    public bool IsKept => _broken is null;

    /// <summary>Every problem in one sentence, as AWS puts it.</summary>
    public string Sentence => SentenceOf(Broken);

    /// <summary>Every problem in one sentence, as AWS puts it.</summary>
    /// <param name="broken">The problems.</param>
    public static string SentenceOf(IReadOnlyCollection<string> broken) =>
        $"{broken.Count} validation error{(broken.Count == 1 ? "" : "s")} detected: {string.Join("; ", broken)}";

    /// <summary>The sentence for a required member that is missing.</summary>
    /// <param name="path">Where it would be.</param>
    public static string Missing(string path) => $"Value null at '{path}' failed to satisfy constraint: Member must not be null";

    /// <summary>Where a member is: AWS spells members in these sentences with a small first letter.</summary>
    /// <param name="path">The structure; empty for the input itself.</param>
    /// <param name="name">The member.</param>
    public static string Below(string path, string name)
    {
        var small = char.ToLowerInvariant(name[0]) + name[1..];
        return path.Length == 0 ? small : $"{path}.{small}";
    }

    /// <summary>A member of which nothing more is demanded than to be there.</summary>
    public void Present(string name, bool isPresent)
    {
        if (!isPresent)
        {
            Break(Missing(Below(Path, name)));
        }
    }

    /// <summary>A member that is a text.</summary>
    public void Text(string name, string? value, ShapeConstraint constraint)
    {
        if (value is not null && !constraint.Accepts(value))
        {
            Break(constraint.Problems(value, Below(Path, name)));
        }
    }

    /// <summary>A member that is a number.</summary>
    public void Number(string name, double? value, ShapeConstraint constraint)
    {
        if (value is { } number && !constraint.Accepts(number))
        {
            Break(constraint.Bounds(number, "value", number.ToString(CultureInfo.InvariantCulture), Below(Path, name)));
        }
    }

    /// <summary>A member that is a structure.</summary>
    public void Structure<T>(string name, T? value)
        where T : class, IShape<T>
    {
        if (value is not null)
        {
            _path.Add(name);
            value.Check(this);
            Leave();
        }
    }

    /// <summary>A member that is a list.</summary>
    public void List<T>(string name, List<T>? items, ShapeConstraint constraint, Action<ShapeCheck, T>? check)
    {
        if (items is not null)
        {
            _path.Add(name);
            List(items, constraint, check);
            Leave();
        }
    }

    /// <summary>A member that is a map.</summary>
    public void Map<T>(string name, Dictionary<string, T>? map, ShapeConstraint constraint, Action<ShapeCheck, T>? check)
    {
        if (map is not null)
        {
            _path.Add(name);
            Map(map, constraint, check);
            Leave();
        }
    }

    /// <summary>A text in a list or a map.</summary>
    public void Text(string value, ShapeConstraint constraint)
    {
        if (!constraint.Accepts(value))
        {
            Break(constraint.Problems(value, Path));
        }
    }

    /// <summary>A number in a list or a map.</summary>
    public void Number(double value, ShapeConstraint constraint)
    {
        if (!constraint.Accepts(value))
        {
            Break(constraint.Bounds(value, "value", value.ToString(CultureInfo.InvariantCulture), Path));
        }
    }

    /// <summary>A list's count and its items.</summary>
    public void List<T>(List<T> items, ShapeConstraint constraint, Action<ShapeCheck, T>? check)
    {
        Count(items.Count, constraint);
        for (var i = 0; check is not null && i < items.Count; i++)
        {
            _path.Add($".{i + 1}.member");
            check(this, items[i]);
            Leave();
        }
    }

    /// <summary>A map's count, its keys and its values.</summary>
    public void Map<T>(Dictionary<string, T> map, ShapeConstraint constraint, Action<ShapeCheck, T>? check)
    {
        Count(map.Count, constraint);
        foreach (var (key, value) in map)
        {
            if (constraint.Key is { } keys && !keys.Accepts(key))
            {
                Break(keys.Problems(key, $"{Path}.key"));
            }

            if (check is not null)
            {
                _path.Add($".{key}.member");
                check(this, value);
                Leave();
            }
        }
    }

    private string Path
    {
        get
        {
            var path = "";
            foreach (var part in _path)
            {
                path = part[0] == '.' ? path + part : Below(path, part);
            }

            return path;
        }
    }

    private void Count(int count, ShapeConstraint constraint)
    {
        if (!constraint.Accepts(count))
        {
            Break(constraint.Bounds(count, "length", $"{count} items", Path));
        }
    }

    private void Leave() => _path.RemoveAt(_path.Count - 1);

    private void Break(string problem) => (_broken ??= []).Add(problem);

    private void Break(IEnumerable<string> problems) => (_broken ??= []).AddRange(problems);
}
