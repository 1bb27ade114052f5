using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using FleetBridge.Backends.Processes;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The credentials that a command of the user's writes (<c>credential_process</c>). The SDK's class waits forever for a command
/// that does not end, and throws exceptions of other libraries.
/// </summary>
/// <param name="profile">The profile's name.</param>
/// <param name="command">The command line.</param>
/// <param name="clock">The clock of the wait.</param>
internal sealed partial class CommandCredentials(string profile, string command, TimeProvider clock) : RefreshingAWSCredentials
{
    /// <summary>Long enough for a person who has to confirm something in a window.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const int LongestError = 300;

    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        var output = Parse(await RunAsync().ConfigureAwait(false));
        return new CredentialsRefreshState(
            new ImmutableCredentials(output.AccessKeyId, output.SecretAccessKey, output.SessionToken),
            output.Expiration?.UtcDateTime ?? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));
    }

    // The shape and its version: "Sourcing credentials with an external process" in the AWS CLI's user guide.
    private CommandOutput Parse(string json)
    {
        CommandOutput? output;
        try
        {
            output = JsonSerializer.Deserialize(json, CommandJson.Default.CommandOutput);
        }
        catch (JsonException)
        {
            // the exception's message may quote a part of a secret
            throw Problem("its output is not the JSON that AWS specifies");
        }

        return output switch
        {
            not { Version: 1 } => throw Problem("the Version of its output is not 1"),
            { AccessKeyId: not { Length: > 0 } } or { SecretAccessKey: not { Length: > 0 } } =>
                throw Problem("its output has no AccessKeyId and SecretAccessKey"),
            { Expiration: { } end } when end <= clock.GetUtcNow() => throw Problem("the credentials in its output have expired"),
            _ => output,
        };
    }

    private async Task<string> RunAsync()
    {
        // a shell, as the AWS CLI does; its working folder and its PATH do not lead into the folder that the user happens to be in
        var start = OperatingSystem.IsWindows()
            ? ProgramPath.StartOf(Path.Combine(Environment.SystemDirectory, "cmd.exe"))
            : ProgramPath.StartOf("/bin/sh", "-c", command);
        if (OperatingSystem.IsWindows())
        {
            start.Arguments = $"/d /s /c \"{command}\"";
        }

        try
        {
            var result = await LimitedProcess.RunAsync(start, Limit, clock, CancellationToken.None).ConfigureAwait(false);
            return result.Code == 0
                ? result.Output
                : throw Problem($"it ended with exit code {result.Code} ({Shorten(result.Error)})");
        }
        catch (Win32Exception exception)
        {
            throw Problem($"it cannot be started ({exception.Message})");
        }
        catch (TimeoutException)
        {
            throw Problem($"it did not end within {Limit.TotalSeconds:0} s and was stopped");
        }
        catch (InvalidDataException)
        {
            throw Problem("it printed more than a mebibyte and was stopped");
        }
    }

    private BackendException Problem(string what) => new(
        $"The credential_process of the AWS profile '{profile}' provides no credentials: {what}.",
        "Run the command in a terminal and fix it, or use another profile.");

    private static string Shorten(string error)
    {
        var line = LongWord().Replace(string.Join(' ', error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), "[hidden]");
        return line.Length == 0 ? "without an error message" : line.Length > LongestError ? line[..LongestError] + "…" : line;
    }

    // the error message may contain a key or a token
    [GeneratedRegex("[A-Za-z0-9+/=_-]{32,}")]
    private static partial Regex LongWord();
}

/// <summary>The output of a credential_process.</summary>
internal sealed record CommandOutput(
    int Version, string? AccessKeyId, string? SecretAccessKey, string? SessionToken, DateTimeOffset? Expiration)
{
    /// <summary>Only the name: the generated text would contain the secrets.</summary>
    public override string ToString() => nameof(CommandOutput);
}

/// <summary>Reads it without reflection.</summary>
[JsonSerializable(typeof(CommandOutput))]
internal sealed partial class CommandJson : JsonSerializerContext;
