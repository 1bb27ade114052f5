using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Amazon.Clients.Runtime;

/// <summary>Puts members of a request into the parts of HTTP; a member that is null is left out.</summary>
/// <param name="request">The HTTP request.</param>
internal readonly struct RestRequest(DefaultRequest request)
{
    /// <summary>A part of the path.</summary>
    /// <param name="label">The label, with its braces.</param>
    /// <param name="value">What takes its place.</param>
    /// <param name="member">The member's name, for the exception.</param>
    /// <exception cref="ArgumentException">There is no value: the path would name something else.</exception>
    public void Label(string label, string? value, string member) => request.AddPathResource(
        label,
        value is { Length: > 0 }
            ? value
            : throw new ArgumentException($"{request.OriginalRequest.GetType().Name} has no {member}.", member));

    /// <summary>A parameter of the query.</summary>
    public void Query(string name, string? value)
    {
        if (value is not null)
        {
            request.Parameters[name] = value;
        }
    }

    /// <summary>A parameter of the query.</summary>
    public void Query(string name, ConstantClass? value) => Query(name, value?.Value);

    /// <summary>A parameter of the query.</summary>
    public void Query(string name, bool? value) => Query(name, value is { } known ? (known ? "true" : "false") : null);

    /// <summary>A parameter of the query.</summary>
    public void Query(string name, IFormattable? value) => Query(name, value is null ? null : WireNumber.Text(value));

    /// <summary>A parameter of the query.</summary>
    public void Query(string name, DateTime? value) => Query(name, value is { } known ? WireTime.Text(known) : null);

    /// <summary>A parameter of the query that is there once per item.</summary>
    public void Query(string name, List<string>? values)
    {
        if (values is not null)
        {
            request.ParameterCollection.Add(name, [.. values]);
        }
    }

    /// <summary>A header.</summary>
    public void Header(string name, string? value)
    {
        if (value is not null)
        {
            request.Headers[name] = value;
        }
    }

    /// <summary>A header.</summary>
    public void Header(string name, ConstantClass? value) => Header(name, value?.Value);

    /// <summary>A header.</summary>
    public void Header(string name, IFormattable? value) => Header(name, value is null ? null : WireNumber.Text(value));

    /// <summary>The body, as JSON.</summary>
    public void Json<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        request.Headers["Content-Type"] = "application/json";
        request.Content = JsonBody.Write(value, write);
    }

    /// <summary>The body, as it is.</summary>
    public void Payload(MemoryStream? value)
    {
        request.Headers["Content-Type"] = "application/octet-stream";
        request.Content = value?.ToArray() ?? [];
    }
}
