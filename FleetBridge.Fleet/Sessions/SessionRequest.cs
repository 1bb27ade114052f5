using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Sessions;

/// <summary>The body of a request to a session route; all that is wrong with it is named at once.</summary>
internal sealed class SessionRequest
{
    /// <summary>As GameLift's model has it for names and player ids.</summary>
    private const int LongestText = 1024;

    private readonly JsonObject _body;
    private readonly List<string> _problems = [];

    private SessionRequest(JsonObject body) => _body = body;

    /// <summary>Reads a body.</summary>
    /// <exception cref="FleetException">InvalidRequestException: it is no JSON object.</exception>
    public static SessionRequest Read(ReadOnlySpan<byte> body) => new(WireJson.Read(body) ?? throw Wrong(
        body.IsEmpty ? "The request has no body: it has to be a JSON object." : "The request's body is not a JSON object."));

    /// <summary>A text that has to be there.</summary>
    public string Text(string name)
    {
        switch (_body[name])
        {
            case null:
                _problems.Add($"{name} is missing");
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 and <= LongestText } text:
                return text;
            default:
                _problems.Add($"{name} must be a text of 1 to {LongestText} characters");
                break;
        }

        return "";
    }

    /// <summary>A number of players that has to be there. Unreal writes whole numbers as fractions.</summary>
    public int Players(string name)
    {
        switch (_body[name])
        {
            case null:
                _problems.Add($"{name} is missing");
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number)
                && number is >= 1 and <= GameSession.MostPlayers && number == Math.Floor(number):
                return (int)number;
            default:
                _problems.Add($"{name} must be a whole number from 1 to {GameSession.MostPlayers}");
                break;
        }

        return 0;
    }

    /// <summary>A choice that may be left out.</summary>
    public bool Choice(string name)
    {
        switch (_body[name]?.GetValueKind())
        {
            case null or JsonValueKind.False:
                return false;
            case JsonValueKind.True:
                return true;
            default:
                _problems.Add($"{name} must be true or false");
                return false;
        }
    }

    /// <summary>Ends the reading.</summary>
    /// <exception cref="FleetException">InvalidRequestException: something is missing or wrong.</exception>
    public void ThrowIfWrong()
    {
        if (_problems.Count > 0)
        {
            throw Wrong($"The request is wrong: {string.Join("; ", _problems)}.");
        }
    }

    private static FleetException Wrong(string message) => new(FleetErrors.InvalidRequest, message);
}
