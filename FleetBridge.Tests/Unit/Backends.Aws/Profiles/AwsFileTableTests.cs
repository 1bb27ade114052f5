using System.Globalization;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Backends.Aws.Profiles;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws.Profiles;

/// <summary>What AWS's files mean, held against what botocore makes of them.</summary>
public sealed class AwsFileTableTests : IDisposable
{
    private const string TableVersion = "1.29.";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. AwsFileCase.All.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Files_resolve_as_the_table_says(string name)
    {
        var row = AwsFileCase.All[name];
        var home = _folder["home"];
        row.Write(home);
        try
        {
            Assert.Equal(row.Expected, Resolve(row, home).Replace(home, "{HOME}", StringComparison.Ordinal));
        }
        catch (BackendException problem)
        {
            Assert.True(
                row.Expected.StartsWith("error", StringComparison.Ordinal) || row.Expected.StartsWith("none", StringComparison.Ordinal),
                $"{row.Expected} was expected, and not: {problem.Message} {problem.Remedy}");
            Assert.NotNull(problem.Remedy);
            Assert.All(row.Says(home), text => Assert.Contains(text, $"{problem.Message} {problem.Remedy}", StringComparison.Ordinal));
            Assert.DoesNotContain("not-a-secret", problem.Message + problem.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Table_has_something_to_say_about_each_kind()
    {
        Assert.True(AwsFileCase.All.Count >= 240, $"{AwsFileCase.All.Count} cases");
        Assert.All(AwsFileCase.All, row => Assert.NotEmpty(row.Value.Botocore));
    }

    [Fact]
    public async Task Botocore_resolves_what_the_table_says()
    {
        Requires.Botocore();
        var version = await Python.RunWithAsync(Python.Debian, "", "-c", "import botocore; print(botocore.__version__)");
        Assert.SkipUnless(
            version.Output.StartsWith(TableVersion, StringComparison.Ordinal),
            $"The table was made with botocore {TableVersion}*, and this machine has {version.Output.Trim()}: run it where Debian 12's is installed.");
        var rows = AwsFileCase.All.ToList();
        var cases = rows.Select((row, number) =>
        {
            var home = _folder[number.ToString(CultureInfo.InvariantCulture)];
            row.Value.Write(home);
            var variables = row.Value.Environment(home).Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value));
            return (JsonNode)new JsonObject { ["home"] = home, ["profile"] = row.Value.Profile, ["environment"] = new JsonObject(variables) };
        });
        var result = await Python.RunWithAsync(
            Python.Debian, new JsonArray([.. cases]).ToJsonString(), Path.Combine(Repository.AwsFiles, "botocore_resolves.py"));
        Assert.True(result.Code == 0, result.ToString());
        var resolved = JsonNode.Parse(result.Output)!.AsArray().Select(line => (string)line!).ToList();
        Assert.Equal(
            rows.Select(row => $"{row.Key}\n{row.Value.Botocore}"),
            rows.Select((row, number) => $"{row.Key}\n{resolved[number].Trim()}"));
    }

    private static string Resolve(AwsFileCase row, string home)
    {
        var environment = row.AwsEnvironment(home);
        var store = ProfileStore.Load(environment);
        var found = new CredentialSearch(environment, store).Find(row.Profile);
        var region = RegionChoice.Of(null, environment, () => CredentialSearch.ProfileOf(environment, store, row.Profile));
        return $"{Describe(found.Source)}\nregion {(region.IsFromAws ? region.Name : "-")}";
    }

    private static string Describe(CredentialSource source) => source switch
    {
        CredentialSource.Keys keys => $"keys {keys.Id} {keys.Secret} {keys.Token ?? "-"}",
        CredentialSource.Role role => string.Create(
            CultureInfo.InvariantCulture,
            $"role {role.Arn} session={role.SessionName ?? "-"} external={role.ExternalId ?? "-"} mfa=- "
            + $"seconds={role.Seconds?.ToString(CultureInfo.InvariantCulture) ?? "-"} from {Describe(role.Source)}"),
        CredentialSource.WebIdentity identity => $"web {identity.Arn} {identity.TokenFile} session={identity.SessionName ?? "-"}",
        CredentialSource.Sso sso => $"sso {sso.StartUrl} {sso.Region} {sso.Account} {sso.RoleName} session={sso.Session ?? "-"}",
        CredentialSource.Command => "command",
        _ => "container",
    };
}
