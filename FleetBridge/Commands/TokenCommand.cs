using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.State;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Rights;
using FleetBridge.Options;
using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge token</c>: who may use the gateways of this user on this machine.</summary>
internal static class TokenCommand
{
    private const int LongestName = 100;

    public static Command Create() => new ExampleCommand(
        "token",
        "Make, list and revoke the tokens with which programs and people use this machine's gateway.",
        "fleetbridge token new --name ci --role operator --expires 30d",
        "fleetbridge token list",
        "fleetbridge token revoke 0123456789ab")
    {
        New(), List(), Revoke(),
    };

    private static ExampleCommand New()
    {
        var name = new Option<string>("--name")
        {
            Description = "Whose it is; connections with tokens of the same name are the same user's.",
            HelpName = "name",
            Required = true,
            CustomParser = result =>
            {
                var text = Grammar.Named(result, "a person or a program") ?? "";
                if (text.Length > LongestName)
                {
                    result.AddError($"--name has at most {LongestName} characters.");
                }

                return text;
            },
        };
        var role = new Option<string?>("--role")
        {
            Description = "What it allows: viewer sees, operator also runs and stops, admin also deletes and hands out tokens.",
            HelpName = "role",
            Required = true,
            CustomParser = result => Grammar.OneOf(result, "a role", RoleNames.All),
        };
        var expires = LifetimeOption.Create("--expires", "How long it is valid: 90s, 10m, 12h, 30d; without this option until it is revoked.");
        var json = JsonOption.Create();
        var command = new ExampleCommand(
            "new", "Make a token. It is shown once, and stored as a hash.", "fleetbridge token new --name ci --role operator --expires 30d")
        {
            name, role, expires, json,
        };
        command.SetAction(async (parsed, _) =>
        {
            var (token, text) = Change(tokens =>
            {
                var made = tokens.Make(parsed.GetRequiredValue(name), RoleNames.Read(parsed.GetValue(role))!.Value, parsed.GetValue(expires), out var secret);
                return (made, secret);
            });
            if (parsed.GetValue(json))
            {
                var shown = token.ToJson(withHash: false);
                shown["token"] = text;
                await Responses.PrintJsonAsync(shown).ConfigureAwait(false);
            }
            else
            {
                await BackendConsole.StandardOutput.WriteLineAsync(text).ConfigureAwait(false);
            }

            return (int)ExitCode.Success;
        });
        return command;
    }

    private static ExampleCommand List()
    {
        var json = JsonOption.Create();
        var command = new ExampleCommand("list", "List the tokens.", "fleetbridge token list") { json };
        command.SetAction(async (parsed, _) =>
        {
            var tokens = Change(all => all.All);
            if (parsed.GetValue(json))
            {
                await Responses.PrintJsonAsync(new JsonArray([.. tokens.Select(token => (JsonNode)token.ToJson(withHash: false))])).ConfigureAwait(false);
                return (int)ExitCode.Success;
            }

            var table = new Table().AddColumns("Id", "Name", "Role", "Created", "Expires");
            foreach (var token in tokens)
            {
                table.AddRow(
                    Terminal.Cell(token.Id), Terminal.Cell(token.Name), Terminal.Cell(token.Role.NameOf()), Terminal.Cell(Time(token.Created)),
                    Terminal.Cell(token.Expires is { } end ? end < TimeProvider.System.GetUtcNow() ? $"{Time(end)} (expired)" : Time(end) : "never"));
            }

            Terminal.Out.Write(table);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static ExampleCommand Revoke()
    {
        var id = new Argument<string>("id")
        {
            Description = "The token's id, as 'token list' shows it.",
            CustomParser = result => Grammar.Named(result, "a token") ?? "",
        };
        var command = new ExampleCommand(
            "revoke", "Revoke a token: its connections are closed within seconds.", "fleetbridge token revoke 0123456789ab") { id };
        command.SetAction(parsed =>
        {
            var text = parsed.GetRequiredValue(id);
            return Change(tokens => tokens.Revoke(text))
                ? (int)ExitCode.Success
                : throw new UserException(ExitCode.NotFound, $"There is no token with the id '{VisibleText.Of(text)}'. 'fleetbridge token list' shows them.");
        });
        return command;
    }

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static T Change<T>(Func<LocalTokens, T> change)
    {
        try
        {
            return change(new LocalTokens(StateFolder.Locate(), TimeProvider.System));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.OutputFailed, $"The tokens in {StateFolder.Locate()} cannot be changed: {exception.Message.TrimEnd('.')}.");
        }
    }
}
