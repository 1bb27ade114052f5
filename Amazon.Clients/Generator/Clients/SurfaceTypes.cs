using Amazon.Clients.Generator.Models;

namespace Amazon.Clients.Generator.Clients;

/// <summary>An operation that the client has.</summary>
/// <param name="Model">The operation in the model.</param>
/// <param name="Request">The class of its request.</param>
/// <param name="Response">The class of its response.</param>
internal sealed record SurfaceOperation(ModelOperation Model, SurfaceClass Request, SurfaceClass Response);

/// <summary>What a class is for.</summary>
internal enum SurfaceRole
{
    /// <summary>A structure in a request or a response.</summary>
    Structure,

    /// <summary>An operation's request.</summary>
    Request,

    /// <summary>An operation's response.</summary>
    Response,

    /// <summary>An error that a service reports.</summary>
    Exception,
}

/// <summary>A class that is generated.</summary>
/// <param name="Name">The official name.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Members">Its properties, in the model's order.</param>
internal sealed record SurfaceClass(string Name, SurfaceRole Role, IReadOnlyList<SurfaceMember> Members)
{
    /// <summary>The operation that it belongs to; null for a structure.</summary>
    public string? Operation { get; init; }

    /// <summary>Whether it is part of a request.</summary>
    public bool IsWritten { get; set; }

    /// <summary>Whether it is part of a response.</summary>
    public bool IsRead { get; set; }

    /// <summary>Whether it is a request that is not sent again when its response was lost.</summary>
    public bool IsUnrepeatable { get; init; }

    /// <summary>The name of the member that is the whole body; null for none.</summary>
    public string? Payload { get; init; }

    /// <summary>The names, in the model, of the members that have to be there.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>An exception's code on the wire.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The members of the body.</summary>
    public IEnumerable<SurfaceMember> Body => Members.Where(member => member.Model.Location is null && member.Model.Name != Payload);
}

/// <summary>A property that is generated.</summary>
/// <param name="Name">The official name.</param>
/// <param name="Model">The member in the model.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record SurfaceMember(string Name, ModelMember Model, ModelShape Shape);
