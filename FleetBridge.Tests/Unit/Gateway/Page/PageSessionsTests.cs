using FleetBridge.Gateway.Page;
using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway.Page;

public sealed class PageSessionsTests : IDisposable
{
    private const int Port = 8770;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Link_is_taken_once()
    {
        var sessions = New();
        var link = sessions.NewLink();
        Assert.True(link.Length >= 43);
        Assert.Equal(Role.Admin, sessions.Take(link)?.Role);
        Assert.Null(sessions.Take(link));
        Assert.Null(sessions.Take("made up"));
    }

    [Fact]
    public void Link_of_another_process_is_known_and_of_another_port_is_not()
    {
        var link = New().NewLink();
        Assert.Null(New(Port + 1).Take(link));
        Assert.NotNull(New().Take(link));
    }

    [Fact]
    public void Link_is_no_session_and_a_session_no_link()
    {
        var sessions = New();
        var link = sessions.NewLink();
        Assert.Null(sessions.Find(With(sessions, link)));
        var cookie = Begin(sessions, Role.Viewer);
        Assert.Null(sessions.Take(cookie));
    }

    [Fact]
    public void Session_outlives_a_restart_for_twelve_hours()
    {
        var cookie = Begin(New(), Role.Operator);
        Assert.Equal(Role.Operator, New().Find(With(New(), cookie))?.Role);
        _clock.Advance(PageSessions.Lifetime - TimeSpan.FromSeconds(1));
        Assert.NotNull(New().Find(With(New(), cookie)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(New().Find(With(New(), cookie)));
    }

    [Fact]
    public void Session_of_a_token_ends_when_the_token_is_revoked()
    {
        var tokens = new LocalTokens(_folder.Path, _clock);
        var token = tokens.Make("ada", Role.Viewer, null, out _);
        var cookie = Begin(New(), Role.Viewer, token.Id);
        Assert.NotNull(New().Find(With(New(), cookie)));
        tokens.Revoke(token.Id);
        Assert.Null(New().Find(With(New(), cookie)));
    }

    [Fact]
    public void State_folder_has_no_secret()
    {
        var sessions = New();
        var link = sessions.NewLink();
        var cookie = Begin(sessions, Role.Admin);
        var stored = File.ReadAllText(_folder["gateway", "page.json"]);
        Assert.DoesNotContain(link, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(cookie, stored, StringComparison.Ordinal);
    }

    [Fact]
    public void State_folder_that_cannot_be_written_leaves_links_that_last_as_long_as_the_process()
    {
        File.WriteAllText(_folder["gateway"], "a file where the folder should be");
        var sessions = New();
        var link = sessions.NewLink();
        Assert.NotNull(sessions.Take(link));
        Assert.Null(sessions.Take(link));
    }

    private PageSessions New(int port = Port) => new(_folder.Path, port, isSecure: false, _clock);

    private static string Begin(PageSessions sessions, Role role, string? token = null)
    {
        var context = new DefaultHttpContext();
        sessions.Begin(context.Response, new Identity("ada", "Ada", role) { TokenId = token });
        var cookie = Assert.Single(context.Response.Headers.SetCookie)!;
        return cookie.Split(';')[0].Split('=', 2)[1];
    }

    private static DefaultHttpContext With(PageSessions sessions, string cookie)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = $"{sessions.CookieName}={cookie}";
        return context;
    }
}
