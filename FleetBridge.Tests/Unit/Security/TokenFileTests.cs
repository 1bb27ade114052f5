using System.Runtime.Versioning;
using System.Text;
using FleetBridge.Core.Security;
using FleetBridge.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Tests.Unit.Security;

public sealed class TokenFileTests : IDisposable
{
    private const string Good = "Abc-123_def.456~ghi+789/==";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Missing_file_is_made_with_a_random_token_that_the_next_reader_finds()
    {
        var made = Text(TokenFile.ReadOrMake(_folder["new", "token"]));
        Assert.Matches("^[A-Za-z0-9_-]{43}$", made);
        Assert.Equal(made, File.ReadAllText(_folder["new", "token"]).TrimEnd());
        Assert.Equal(made, Text(TokenFile.ReadOrMake(_folder["new", "token"])));
        Assert.Equal(made, Text(TokenFile.Read(_folder["new", "token"])));
        Assert.NotEqual(made, Text(TokenFile.ReadOrMake(_folder["other"])));
        Assert.Equal([_folder["new", "token"]], Directory.EnumerateFiles(_folder["new"]));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Made_file_is_its_owners_alone()
    {
        Requires.Unix();
        TokenFile.ReadOrMake(_folder["new", "token"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["new", "token"]));
    }

    [Fact]
    public async Task Bridges_that_make_it_at_the_same_moment_have_the_same_token()
    {
        var tokens = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            _ => Task.Run(() => Text(TokenFile.ReadOrMake(_folder["token"])))));
        Assert.Single(tokens.Distinct());
        Assert.Equal([_folder["token"]], Directory.EnumerateFiles(_folder.Path));
    }

    [Theory]
    [InlineData(Good)]
    [InlineData($"  {Good}\r\n")]
    public void Token_of_ones_own_is_read_without_the_space_around_it(string text) =>
        Assert.Equal(Good, Text(TokenFile.Read(Write(text))));

    [Theory]
    [InlineData("", "empty")]
    [InlineData(" \r\n\t", "empty")]
    [InlineData("two words that are long", "letters, digits")]
    [InlineData("twolinesofatoken1\ntwolinesofatoken2", "letters, digits")]
    [InlineData("sch\u00f6nes-langes-Geheimnis", "letters, digits")]
    [InlineData("quoted\"quoted\"quoted", "letters, digits")]
    [InlineData("nul\0nul\0nul\0nul\0nul\0", "letters, digits")]
    [InlineData("short", "16 to 4096")]
    public void Token_that_cannot_be_used_is_told_without_showing_it(string text, string reason)
    {
        var exception = Assert.Throws<TokenFileException>(() => TokenFile.ReadOrMake(Write(text)));
        Assert.Contains(_folder["token"], exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        if (text.Trim().Length > 0)
        {
            Assert.DoesNotContain(text, exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    [InlineData(10_000_000, false)]
    public void Token_is_as_long_as_a_header_may_be(int length, bool passes)
    {
        var path = Write(new string('x', length));
        Assert.Equal(passes ? null : typeof(TokenFileException), Record.Exception(() => TokenFile.Read(path))?.GetType());
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    [UnsupportedOSPlatform("windows")]
    public void File_that_others_may_read_or_change_is_refused_with_the_remedy(UnixFileMode others)
    {
        Requires.Unix();
        var path = Write(Good);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
        var exception = Assert.Throws<TokenFileException>(() => TokenFile.ReadOrMake(path));
        Assert.Contains("chmod 600", exception.Message, StringComparison.Ordinal);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        Assert.Equal(Good, Text(TokenFile.ReadOrMake(path)));
    }

    [Fact]
    public void Place_that_cannot_be_read_or_made_is_told()
    {
        Assert.Contains(
            "there is no such file", Assert.Throws<TokenFileException>(() => TokenFile.Read(_folder["none"])).Message, StringComparison.Ordinal);
        Assert.Throws<TokenFileException>(() => TokenFile.ReadOrMake(_folder.Path));
        File.WriteAllText(_folder["file"], "");
        Assert.Contains(
            "cannot be made",
            Assert.Throws<TokenFileException>(() => TokenFile.ReadOrMake(_folder["file", "token"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"Bearer {Good}", true)]
    [InlineData($"bearer {Good}", true)]
    [InlineData($"BEARER   {Good}  ", true)]
    [InlineData($"Bearer {Good}x", false)]
    [InlineData("Bearer Abc-123_def.456~ghi+789/=", false)]
    [InlineData("Bearer abc-123_def.456~ghi+789/==", false)]
    [InlineData("Bearer ", false)]
    [InlineData("Bearer", false)]
    [InlineData($"Bearer{Good}", false)]
    [InlineData($"Basic {Good}", false)]
    [InlineData(Good, false)]
    [InlineData($"Bearer {Good}, Bearer {Good}", false)]
    [InlineData($"Bearer \"{Good}\"", false)]
    public void Request_has_the_token_or_has_not(string header, bool expected)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = header;
        Assert.Equal(expected, new AccessToken(Good).IsIn(request));
    }

    [Fact]
    public void Request_with_several_headers_has_it_not()
    {
        var request = new DefaultHttpContext().Request;
        Assert.False(new AccessToken(Good).IsIn(request));
        request.Headers.Authorization = new[] { $"Bearer {Good}", $"Bearer {Good}" };
        Assert.False(new AccessToken(Good).IsIn(request));
    }

    [Fact]
    public void Token_does_not_tell_itself() => Assert.DoesNotContain(Good, $"{new AccessToken(Good)}", StringComparison.Ordinal);

    private static string Text(AccessToken token) => token.Header.Parameter!;

    private string Write(string text)
    {
        File.WriteAllText(_folder["token"], text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["token"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return _folder["token"];
    }
}
