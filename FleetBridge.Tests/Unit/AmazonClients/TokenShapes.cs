using Amazon.Emulation.Shapes;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>Shapes as a list of tokens: an encoding that has nothing in common with JSON.</summary>
internal sealed class TokenShapeWriter : IShapeWriter
{
    /// <summary>The tokens.</summary>
    public List<object?> Tokens { get; } = [];

    public void BeginStructure() => Tokens.Add("{");

    public void Member(string name) => Tokens.Add(name);

    public void EndStructure() => Tokens.Add(null);

    public void BeginList(int count) => Tokens.Add(count);

    public void EndList()
    {
    }

    public void BeginMap(int count) => Tokens.Add(count);

    public void Key(string key) => Tokens.Add(key);

    public void EndMap()
    {
    }

    public void Text(string value) => Tokens.Add(value);

    public void Boolean(bool value) => Tokens.Add(value);

    public void Integer(int value) => Tokens.Add(value);

    public void Long(long value) => Tokens.Add(value);

    public void Double(double value) => Tokens.Add(value);

    public void Float(float value) => Tokens.Add(value);

    public void Time(DateTimeOffset value) => Tokens.Add(value);

    public void Blob(byte[] value) => Tokens.Add(value);
}

/// <summary>Reads what <see cref="TokenShapeWriter"/> has written.</summary>
/// <param name="tokens">The tokens.</param>
internal sealed class TokenShapeReader(IReadOnlyList<object?> tokens) : IShapeReader
{
    private readonly Stack<int> _left = [];
    private int _next;

    public bool BeginStructure() => Take() is "{";

    public string? NextMember() => (string?)Take();

    public bool BeginList()
    {
        _left.Push((int)Take()!);
        return true;
    }

    public bool NextItem()
    {
        var left = _left.Pop();
        if (left == 0)
        {
            return false;
        }

        _left.Push(left - 1);
        return true;
    }

    public bool BeginMap() => BeginList();

    public string? NextKey() => NextItem() ? (string?)Take() : null;

    public void Skip() => throw new NotSupportedException("What was written has no unknown members.");

    public string? Text() => (string?)Take();

    public bool? Boolean() => (bool?)Take();

    public int? Integer() => (int?)Take();

    public long? Long() => (long?)Take();

    public double? Double() => (double?)Take();

    public float? Float() => (float?)Take();

    public DateTimeOffset? Time() => (DateTimeOffset?)Take();

    public byte[]? Blob() => (byte[]?)Take();

    private object? Take() => tokens[_next++];
}
