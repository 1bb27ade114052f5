using FleetBridge.Backends;
using FleetBridge.Core.Requests;

namespace FleetBridge.Tests.Unit.Requests;

/// <summary>What is kept of the editor's requests.</summary>
public sealed class EditorSettingsTests
{
    private readonly EditorSettings _editor = new();

    [Fact]
    public void Last_request_replaces_the_one_before()
    {
        _editor.Remember(Request(("prefix", "old"), ("region_name", "eu-west-1")));
        _editor.Remember(Request(("prefix", "new")));
        Assert.Equal("aws/1", _editor.Last!.Backend);
        Assert.Equal([new("prefix", "new")], _editor.Last.Settings);
    }

    [Fact]
    public void Request_without_settings_changes_nothing()
    {
        _editor.Remember(Request());
        Assert.Null(_editor.Last);
        _editor.Remember(Request(("prefix", "kept")));
        _editor.Remember(Request());
        Assert.Equal([new("prefix", "kept")], _editor.Last!.Settings);
    }

    [Theory]
    [InlineData("aws_secret_access_key", "wJalr")]
    [InlineData("session_token", "x")]
    [InlineData("rcon_password", "hunter2")]
    [InlineData("SteamCredential", "x")]
    [InlineData("private_key", "x")]
    [InlineData("comment", "AKIAIOSFODNN7EXAMPLE")]
    [InlineData("proxy", "http://ann:hunter2@proxy:80")]
    public void Secret_is_not_kept(string name, string value)
    {
        _editor.Remember(Request(("prefix", "a"), (name, value)));
        Assert.Equal([new("prefix", "a")], _editor.Last!.Settings);

        // and it does not come back by being sent again
        _editor.Remember(Request(("prefix", "a"), (name, value)));
        Assert.Equal([new("prefix", "a")], _editor.Last.Settings);
    }

    [Fact]
    public void Value_that_is_changed_is_seen_beside_a_secret()
    {
        _editor.Remember(Request(("prefix", "a"), ("session_token", "x")));
        _editor.Remember(Request(("prefix", "b"), ("session_token", "x")));
        Assert.Equal([new("prefix", "b")], _editor.Last!.Settings);
    }

    [Fact]
    public void Flood_is_not_kept()
    {
        _editor.Remember(Request([.. Enumerable.Range(0, 201).Select(number => ($"name{number}", "x"))]));
        Assert.Null(_editor.Last);
        _editor.Remember(Request(("prefix", "a"), ("long", new string('x', 5_000))));
        Assert.Equal([new("prefix", "a")], _editor.Last!.Settings);
    }

    [Fact]
    public void Query_that_is_sent_again_is_not_read_again()
    {
        _editor.Remember(Sent("prefix=a"));
        var kept = _editor.Last;
        _editor.Remember(Sent("prefix=a"));
        Assert.Same(kept, _editor.Last);
        _editor.Remember(Sent("prefix=a", version: "2"));
        Assert.Equal("aws/2", _editor.Last!.Backend);
        _editor.Remember(Sent("prefix=b", version: "2"));
        Assert.Equal([new("prefix", "b")], _editor.Last.Settings);
    }

    [Fact]
    public void Request_without_settings_in_between_hides_no_change()
    {
        _editor.Remember(Sent("prefix=a"));
        _editor.Remember(Sent(""));
        Assert.Equal([new("prefix", "a")], _editor.Last!.Settings);
        _editor.Remember(Sent("prefix=b"));
        _editor.Remember(Sent(""));
        Assert.Equal([new("prefix", "b")], _editor.Last.Settings);
    }

    private static BackendRequest Sent(string query, string version = "1") => new()
    {
        Backend = "aws",
        Version = version,
        Segments = ["metadata"],
        Parameters = new QueryParameters(query),
    };

    private static BackendRequest Request(params (string Name, string Value)[] settings) => new()
    {
        Backend = "aws",
        Version = "1",
        Segments = ["deployment", "fleet", "check"],
        Parameters = settings.ToDictionary(setting => setting.Name, setting => setting.Value),
    };
}
