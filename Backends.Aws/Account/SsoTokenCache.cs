using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Backends.Aws.Profiles;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>The folder in which <c>aws sso login</c> stores its tokens, and from which every AWS program takes them.</summary>
internal sealed class SsoTokenCache(AwsEnvironment environment)
{
    /// <summary>The file of a login: the SHA-1 of the session's name, or of the start URL where there is no session.</summary>
    public string PathOf(CredentialSource.Sso login) => Path.Combine(
        environment.Expand($"~/{AwsEnvironment.Folder}/sso/cache"),
#pragma warning disable CA5350 // the name of a file, as every AWS program computes it
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(login.Session ?? login.StartUrl))) + ".json");
#pragma warning restore CA5350

    /// <summary>A login's token; null when there is none.</summary>
    public SsoToken? Read(CredentialSource.Sso login)
    {
        try
        {
            return ConfigFile.Open(PathOf(login)) is { } bytes && JsonNode.Parse(bytes) is JsonObject members ? new SsoToken(members) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Stores a renewed token for all AWS programs, in one step and for this user only.</summary>
    public void Write(CredentialSource.Sso login, SsoToken token)
    {
        var path = PathOf(login);
        var next = $"{path}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var stream = new FileStream(next, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(token.Members.ToJsonString()));
            }

            File.Move(next, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // this process can still use the token
            File.Delete(next);
        }
    }
}
