using System.CommandLine;
using System.CommandLine.Parsing;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;

namespace FleetBridge.Options;

/// <summary>The option that names the file with a bridge's access token.</summary>
internal static class TokenOptions
{
    /// <summary>For a command that sends requests to a running bridge.</summary>
    public static Option<string?> File() => File("The file with the token of a running bridge that requires one.");

    /// <summary>For a command that uses the token in its own way.</summary>
    public static Option<string?> File(string description) => new("--token-file")
    {
        Description = $"{description} [{TokenFile.Variable}]",
        HelpName = "file",
        CustomParser = Parse,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(TokenFile.Variable) is { } file && !string.IsNullOrWhiteSpace(file)
            ? file
            : null,
    };

    /// <summary>The token in a file; null when no file is named.</summary>
    /// <param name="create">Whether to create a file that does not exist.</param>
    /// <exception cref="UserException">The file cannot be used.</exception>
    public static AccessToken? Read(string? file, bool create = false)
    {
        try
        {
            return file is null ? null : create ? TokenFile.ReadOrMake(file) : TokenFile.Read(file);
        }
        catch (TokenFileException exception)
        {
            throw new UserException(ExitCode.Usage, exception.Message);
        }
    }

    private static string? Parse(ArgumentResult result)
    {
        var file = result.Tokens[0].Value;
        if (string.IsNullOrWhiteSpace(file))
        {
            // a script whose variable is unset must not leave the bridge open to all
            result.AddError("--token-file must not be empty: it names a file.");
        }

        return file;
    }
}
