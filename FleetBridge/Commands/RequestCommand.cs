using System.CommandLine;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Processes;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge request</c>: one request, as the editor would send it.</summary>
internal static class RequestCommand
{
    public static Command Create(CliSession session)
    {
        var address = new Argument<string?>("request")
        {
            Description = "<backend>/<version>/<path>, or a whole URL with its query as the editor sends it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var set = new Option<string[]>("--set") { Description = "A setting, as key=value; may be repeated. An empty value removes the setting." };
        var project = ProjectOption.Create();
        var target = new TargetOptions();
        var command = new ExampleCommand(
            "request",
            "Run a backend request in this process and print the response as JSON. With --url, send it to a running bridge; "
            + "--url may also be the whole URL of a request.",
            "fleetbridge request aws/1/metadata",
            "fleetbridge request aws/1/deployment/packaged_build/check --set server_package_root=/builds/server",
            "fleetbridge request \"http://localhost:8000/aws_backend/1/config?prefix=nightly\"",
            "fleetbridge request aws/1/deployment/fleet/check --url http://localhost:8000")
        {
            address, set, project,
        };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            session.ShowFailuresInResult(json: true);
            var url = target.UrlOf(parsed);
            var text = parsed.GetValue(address) ?? url?.OriginalString
                ?? throw new UserException(ExitCode.Usage, "Name a request: <backend>/<version>/<path>, or --url with a whole URL.");
            var request = Parse(
                text, ProjectOption.ReadSettings(parsed.GetValue(project)), ReadPairs(parsed.GetValue(set) ?? []));
            var response = await target.Open(session, parsed).SendAsync(request, cancellation).ConfigureAwait(false);
            session.SaysInResult(response.Error);
            await Responses.PrintAsync(response, json: true).ConfigureAwait(false);
            return (int)response.ExitCode;
        });
        return command;
    }

    /// <summary>Reads a request from the command line.</summary>
    /// <param name="text">A path or a whole URL, with or without a query.</param>
    /// <param name="project">The project's settings; those of the query take precedence.</param>
    /// <param name="named">Settings that take precedence over the query's; an empty value removes a setting.</param>
    /// <exception cref="UserException">It names no backend and version.</exception>
    public static BackendRequest Parse(
        string text, IReadOnlyDictionary<string, string> project, IReadOnlyDictionary<string, string>? named = null)
    {
        if (!RequestTarget.TryParse(text, out var address, out var problem))
        {
            throw new UserException(ExitCode.Usage, problem);
        }

        if (!address.TryGetRequest(out var request))
        {
            throw new UserException(ExitCode.Usage, $"'{text}' is not a request. An example: {BackendAddress.Default}/metadata.");
        }

        var parameters = new Dictionary<string, string>(project);
        foreach (var (key, value) in request.Parameters.Concat(named ?? new Dictionary<string, string>()))
        {
            parameters[key] = value;
        }

        return request with { Parameters = parameters.Where(parameter => parameter.Value.Length > 0).ToDictionary() };
    }

    /// <summary>Reads the values of <c>--set</c>. Of equal keys the last one counts.</summary>
    /// <param name="pairs">Each <c>key=value</c>.</param>
    /// <exception cref="UserException">A value has another form.</exception>
    public static Dictionary<string, string> ReadPairs(IEnumerable<string> pairs)
    {
        var settings = new Dictionary<string, string>();
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new UserException(ExitCode.Usage, $"--set {pair}: use the form key=value.");
            }

            settings[pair[..equals]] = pair[(equals + 1)..];
        }

        return settings;
    }
}
