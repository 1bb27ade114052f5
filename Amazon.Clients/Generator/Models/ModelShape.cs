namespace Amazon.Clients.Generator.Models;

/// <summary>A type of a service's model.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Type">The kind: structure, list, map, string, integer, long, float, double, boolean, timestamp or blob.</param>
internal sealed record ModelShape(string Name, string Type)
{
    /// <summary>A structure's members, in the model's order.</summary>
    public IReadOnlyList<ModelMember> Members { get; init; } = [];

    /// <summary>The names of the members that a request has to have.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>A list's items.</summary>
    public ModelMember? Item { get; init; }

    /// <summary>A map's keys.</summary>
    public ModelMember? Key { get; init; }

    /// <summary>A map's values.</summary>
    public ModelMember? Value { get; init; }

    /// <summary>The values of a string that has a fixed set.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The smallest number, length or count.</summary>
    public double? Min { get; init; }

    /// <summary>The largest number, length or count.</summary>
    public double? Max { get; init; }

    /// <summary>The regular expression that a whole string has to match.</summary>
    public string? Pattern { get; init; }

    /// <summary>The member that is the whole body of an HTTP message.</summary>
    public string? Payload { get; init; }

    /// <summary>Whether the service reports it as an error.</summary>
    public bool IsException { get; init; }

    /// <summary>An exception's code on the wire, where it differs from the name.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>How a timestamp is written, where it differs from the protocol's own way.</summary>
    public string? TimestampFormat { get; init; }

    /// <summary>Whether it is a structure.</summary>
    public bool IsStructure => Type == "structure";

    /// <summary>Whether it is a string with a fixed set of values.</summary>
    public bool IsConstant => Type == "string" && Values.Count > 0;
}

/// <summary>A member of a structure, or what a list or a map holds.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Shape">The name of its shape.</param>
internal sealed record ModelMember(string Name, string Shape)
{
    /// <summary>Where it is in an HTTP message: uri, querystring, header or statusCode; null for the body.</summary>
    public string? Location { get; init; }

    /// <summary>Its name on the wire, where it differs from <see cref="Name"/>.</summary>
    public string? LocationName { get; init; }

    /// <summary>How a timestamp is written, where it differs from the shape's way.</summary>
    public string? TimestampFormat { get; init; }

    /// <summary>Its name on the wire.</summary>
    public string WireName => LocationName ?? Name;
}
