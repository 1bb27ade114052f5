using Amazon.Clients.Generator.Models;

namespace Amazon.Clients.Generator.Clients;

/// <summary>What is generated of a service: the selected operations, and every shape that they reach.</summary>
internal sealed class ServiceSurface
{
    private readonly SortedDictionary<string, SurfaceClass> _structures = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ModelShape> _constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _neverRead;

    /// <summary>Finds out what belongs to it.</summary>
    /// <param name="model">The service's model.</param>
    /// <param name="selection">What is wanted of it.</param>
    /// <exception cref="FormatException">The selection names something that the model has not.</exception>
    public ServiceSurface(ServiceModel model, ClientSelection selection)
    {
        (Model, Selection) = (model, selection);
        _neverRead = [.. selection.NeverRead];
        Refuse(selection.Operations?.Except(model.Operations.Keys), "The selection has operations that the model has not");
        var operations = model.Operations.Values.Where(operation => selection.Operations?.Contains(operation.Name) ?? true).ToList();
        Refuse(
            selection.Unrepeatable.Except(operations.Select(operation => operation.Name)),
            "The selection calls operations unrepeatable that it has not");
        Operations = [.. operations.Select(Operation)];
        Exceptions =
        [
            .. operations.SelectMany(operation => operation.Errors).Distinct().Order(StringComparer.Ordinal)
                .Where(name => Shape(name).IsException).Select(Exception),
        ];
        Refuse(_neverRead, "The selection leaves members out that no shape has");
        CheckNames();
    }

    /// <summary>The service's model.</summary>
    public ServiceModel Model { get; }

    /// <summary>What was wanted of it.</summary>
    public ClientSelection Selection { get; }

    /// <summary>The protocol that is spoken.</summary>
    public string Protocol => Selection.Protocol ?? Model.Protocol;

    /// <summary>The operations, by name.</summary>
    public IReadOnlyList<SurfaceOperation> Operations { get; }

    /// <summary>The exceptions, by name.</summary>
    public IReadOnlyList<SurfaceClass> Exceptions { get; }

    /// <summary>The structures that are neither a request nor a response, by name.</summary>
    public IEnumerable<SurfaceClass> Structures => _structures.Values;

    /// <summary>The strings with a fixed set of values, by name.</summary>
    public IEnumerable<ModelShape> Constants => _constants.Values;

    /// <summary>The namespace of requests, responses, structures and exceptions.</summary>
    public string ModelNamespace => $"{Selection.Namespace}.Model";

    /// <summary>A shape of the model.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public ModelShape Shape(string name) =>
        Model.Shapes.TryGetValue(name, out var shape) ? shape : throw new FormatException($"{Model.ServiceId} has no shape {name}.");

    private SurfaceOperation Operation(ModelOperation operation)
    {
        var request = Class(operation.Input, $"{operation.Name}Request", SurfaceRole.Request, operation.Name);
        var response = Class(operation.Output, $"{operation.Name}Response", SurfaceRole.Response, operation.Name);
        request.IsWritten = true;
        response.IsRead = true;
        return new(operation, request, response);
    }

    private SurfaceClass Class(string? shapeName, string name, SurfaceRole role, string operation)
    {
        var shape = shapeName is null ? null : Shape(shapeName);
        return new(name, role, shape is null ? [] : Members(shape, role == SurfaceRole.Request))
        {
            Operation = operation,
            Payload = shape?.Payload,
            Required = shape?.Required ?? [],
            IsUnrepeatable = role == SurfaceRole.Request && Selection.Unrepeatable.Contains(operation),
        };
    }

    private SurfaceClass Exception(string name)
    {
        var shape = Shape(name);
        var members = shape.Members.Where(member => !member.Name.Equals("message", StringComparison.OrdinalIgnoreCase));
        return new(OfficialNames.Pascal(name), SurfaceRole.Exception, [.. members.Select(member => Member(shape, member, isWritten: false))])
        {
            ErrorCode = shape.ErrorCode ?? name,
        };
    }

    private List<SurfaceMember> Members(ModelShape shape, bool isWritten)
    {
        var members = new List<SurfaceMember>();
        foreach (var member in shape.Members)
        {
            var key = $"{shape.Name}.{member.Name}";
            if (Selection.NeverRead.Contains(key))
            {
                _neverRead.Remove(key);
                continue;
            }

            members.Add(Member(shape, member, isWritten));
        }

        return members;
    }

    private SurfaceMember Member(ModelShape owner, ModelMember member, bool isWritten)
    {
        var name = Selection.Renamed.TryGetValue($"{owner.Name}.{member.Name}", out var renamed) ? renamed : OfficialNames.Pascal(member.Name);
        var shape = Shape(member.Shape);
        Reach(shape, isWritten);
        return new(name, member, shape);
    }

    /// <summary>Adds a shape, and what it holds, to the surface: in requests, in responses, or in both.</summary>
    private void Reach(ModelShape shape, bool isWritten)
    {
        if (shape.IsConstant)
        {
            _constants[shape.Name] = shape;
        }

        foreach (var held in new[] { shape.Item, shape.Key, shape.Value }.OfType<ModelMember>())
        {
            Reach(Shape(held.Shape), isWritten);
        }

        if (!shape.IsStructure)
        {
            return;
        }

        var known = _structures.TryGetValue(shape.Name, out var existing);
        if (known && (isWritten ? existing!.IsWritten : existing!.IsRead))
        {
            return;
        }

        // in the table before its members are looked at: a shape may hold itself
        var members = existing?.Members as List<SurfaceMember> ?? [];
        var structure = existing ?? new SurfaceClass(OfficialNames.Pascal(shape.Name), SurfaceRole.Structure, members)
        {
            Required = shape.Required,
        };
        _structures[shape.Name] = structure;
        structure.IsWritten |= isWritten;
        structure.IsRead |= !isWritten;
        var found = Members(shape, isWritten);
        if (members.Count == 0)
        {
            members.AddRange(found);
        }
    }

    private void CheckNames()
    {
        var classes = Operations.SelectMany(operation => new[] { operation.Request, operation.Response })
            .Concat(Structures).Concat(Exceptions).ToList();
        Refuse(classes.GroupBy(type => type.Name).Where(group => group.Count() > 1).Select(group => group.Key), "Several classes have one name");
        Refuse(
            classes.SelectMany(type => type.Members.Where(member => member.Name == type.Name).Select(member => $"{type.Name}.{member.Name}")),
            "Members have the name of their class, and the selection has no other name for them");
    }

    private void Refuse(IEnumerable<string>? names, string reason)
    {
        if (names?.Order(StringComparer.Ordinal).ToList() is { Count: > 0 } wrong)
        {
            throw new FormatException($"{Model.ServiceId}: {reason}: {string.Join(", ", wrong)}.");
        }
    }
}
