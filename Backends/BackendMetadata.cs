using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FleetBridge.Backends;

/// <summary>What the editor shows of a backend. The names of the JSON members are the editor's.</summary>
/// <param name="FleetType">The title, such as <c>Amazon GameLift</c>.</param>
/// <param name="FleetDescription">What it is, in the engine's rich text.</param>
/// <param name="Components">The rows, in the order in which a deployment is made.</param>
public sealed record BackendMetadata(
    [property: JsonPropertyName(BackendMetadata.FleetTypeName)] string FleetType,
    [property: JsonPropertyName(BackendMetadata.FleetDescriptionName)] string FleetDescription,
    IReadOnlyList<MetadataComponent> Components)
{
    /// <summary>The JSON member of <see cref="FleetType"/>. The other members are named like their properties.</summary>
    public const string FleetTypeName = "Fleet Type";

    /// <summary>The JSON member of <see cref="FleetDescription"/>.</summary>
    public const string FleetDescriptionName = "Fleet Description";

    /// <summary>Reads it from JSON; comments and trailing commas are allowed, unknown members are not.</summary>
    /// <param name="utf8Json">The text, in UTF-8; a byte-order mark, which some editors write, is skipped.</param>
    /// <returns>The metadata.</returns>
    /// <exception cref="JsonException">It is not JSON, or a member is missing or unknown; the message has the line.
    /// </exception>
    public static BackendMetadata Parse(ReadOnlySpan<byte> utf8Json)
    {
        var byteOrderMark = Encoding.UTF8.Preamble;
        var text = utf8Json.StartsWith(byteOrderMark) ? utf8Json[byteOrderMark.Length..] : utf8Json;
        return MetadataReader.Read(text);
    }
}

/// <summary>One row in the editor: a part of the deployment with its buttons.</summary>
/// <param name="Name">Its title.</param>
/// <param name="Description">What it is, in the engine's rich text: <c>\n</c>, bullets, <c>&lt;Header&gt;…&lt;/&gt;</c>,
/// <c>&lt;a id="browser" href="https://…" style="Hyperlink"&gt;text&lt;/&gt;</c>.</param>
/// <param name="Requests">Its buttons. The first is its check: the editor sends it by itself after any other.</param>
public sealed record MetadataComponent(string Name, string Description, IReadOnlyList<MetadataRequest> Requests);

/// <summary>One button in the editor.</summary>
/// <param name="Name">Its caption.</param>
/// <param name="RequestPath">The path of its request, such as <c>/deployment/fleet/check</c>.</param>
public sealed record MetadataRequest(string Name, string RequestPath);
