using System.Text.Json.Nodes;

namespace FleetBridge.Core.Client.Wire;

/// <summary>What details must not contain, because the editor or another reader of JSON would not read it as it was meant.</summary>
internal static class ReadableDetails
{
    /// <summary>With the response around them, they reach the 64 levels that System.Text.Json reads unless told otherwise.</summary>
    private const int DeepestLevel = 62;

    /// <summary>Refuses names that the engine reads as one, and what is nested deeper than readers of JSON go.</summary>
    /// <param name="details">The details.</param>
    /// <param name="taken">Names that are already in the object that their members go into.</param>
    /// <exception cref="InvalidOperationException">They cannot be read.</exception>
    public static void Demand(JsonObject details, params IEnumerable<string> taken) => Demand(details, taken, level: 1);

    private static void Demand(JsonNode node, IEnumerable<string> taken, int level)
    {
        if (level > DeepestLevel)
        {
            throw new InvalidOperationException($"The details are nested deeper than {DeepestLevel} levels.");
        }

        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                if (item is not null)
                {
                    Demand(item, [], level + 1);
                }
            }
        }
        else if (node is JsonObject members)
        {
            var names = new HashSet<string>(taken, StringComparer.OrdinalIgnoreCase);
            foreach (var (name, value) in members)
            {
                if (!names.Add(name))
                {
                    throw new InvalidOperationException($"Two members of one object are named '{name}' except for case.");
                }

                if (value is not null)
                {
                    Demand(value, [], level + 1);
                }
            }
        }
    }
}
