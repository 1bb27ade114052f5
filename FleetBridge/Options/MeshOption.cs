using System.CommandLine;
using FleetBridge.Core.Processes;
using FleetBridge.Serving;

namespace FleetBridge.Options;

/// <summary>The options with which a process takes part in the mesh.</summary>
internal sealed class MeshOption
{
    private readonly Option<string?> _url = Text(
        "--mesh", "url", "Take part in the mesh of this RabbitMQ broker, as in amqps://user@broker/vhost; the password comes from FLEETBRIDGE_MESH_PASSWORD.");

    private readonly Option<string?> _name = Text("--mesh-name", "name", "This machine's name on the mesh; its host name up to the first dot by default.");
    private readonly Option<string?> _password = Text("--mesh-password-file", "file", "The file with the broker's password, instead of the variable.");

    private readonly Option<string?> _key = Text(
        "--mesh-key", "file", "The file with the key that gateways, bridges and hosts share: calls between them are signed with it.");

    private readonly Option<string[]> _services = Texts("--mesh-service", "service", "A service of others on the mesh, which a broker cannot list.");
    private readonly Option<string[]> _topics = Texts("--mesh-topic", "topic", "A topic of others that consumers may listen to.");

    private readonly Option<string?> _rights = Text(
        "--mesh-rights", "file", "The roles that others' methods need, as {\"service/method\": \"viewer\"}; operator by default.");

    /// <summary>Adds them to a command.</summary>
    /// <param name="isRequired">Whether the command has no use without a broker.</param>
    /// <param name="forConsumers">Whether the process has consumers.</param>
    public void AddTo(Command command, bool isRequired = false, bool forConsumers = true)
    {
        _url.Required = isRequired;
        command.Options.Add(_url);
        command.Options.Add(_name);
        command.Options.Add(_password);
        command.Options.Add(_key);
        if (forConsumers)
        {
            command.Options.Add(_services);
            command.Options.Add(_topics);
            command.Options.Add(_rights);
        }
    }

    /// <summary>What was chosen; null for no mesh.</summary>
    /// <exception cref="UserException">Options of the mesh without a broker.</exception>
    public MeshChoice? Read(ParseResult parsed)
    {
        var (name, password, key, rights) = (parsed.GetValue(_name), parsed.GetValue(_password), parsed.GetValue(_key), parsed.GetValue(_rights));
        var (services, topics) = (parsed.GetValue(_services) ?? [], parsed.GetValue(_topics) ?? []);
        if (parsed.GetValue(_url) is { } url)
        {
            return new MeshChoice(url, name, password, key, services, topics, rights);
        }

        return name is null && password is null && key is null && rights is null && services.Length == 0 && topics.Length == 0 ? null
            : throw new UserException(ExitCode.Usage, "The options that begin with --mesh- need --mesh, the broker: amqps://user@broker/vhost.");
    }

    private static Option<string?> Text(string name, string value, string description) => new(name)
    {
        Description = description,
        HelpName = value,
        CustomParser = result => Grammar.Named(result, value == "url" ? "a broker" : $"a {value}"),
    };

    private static Option<string[]> Texts(string name, string value, string description) => new(name)
    {
        Description = $"{description} May be repeated.",
        HelpName = value,
        CustomParser = result => [.. result.Tokens.Select(token => token.Value)],
        AllowMultipleArgumentsPerToken = false,
    };
}
