using FleetBridge.Backends;

namespace FleetBridge.Tests.Unit.Backends;

public sealed class SettingsTests
{
    private static readonly Setting Prefix = new(Setting.PrefixKey, "", "test1");

    [Fact]
    public void Defaults_fill_what_the_request_lacks()
    {
        var settings = Resolve([Prefix, new("name", "", "fixed"), new("other", "")], ("name", "given"));
        Assert.Equal("test1", settings["prefix"]);
        Assert.Equal("given", settings["name"]);
        Assert.Null(settings.Find("other"));
        Assert.Equal(["prefix", "name", "other"], settings.All.Select(setting => setting.Key));
    }

    [Fact]
    public void Bracketed_key_in_a_default_is_replaced()
    {
        Setting[] declared = [new("name", "", "a-[prefix]-b-[prefix]"), Prefix];
        Assert.Equal("a-test1-b-test1", Resolve(declared)["name"]);
        Assert.Equal("a-x-b-x", Resolve(declared, ("prefix", "x"))["name"]);
    }

    [Theory]
    [InlineData("a", "b", "c")]
    [InlineData("a", "c", "b")]
    [InlineData("b", "a", "c")]
    [InlineData("b", "c", "a")]
    [InlineData("c", "a", "b")]
    [InlineData("c", "b", "a")]
    public void Default_that_speaks_of_a_default_is_replaced_in_any_order(params string[] order)
    {
        var all = new Dictionary<string, Setting>
        {
            ["a"] = new("a", "", "a([b])"),
            ["b"] = new("b", "", "b([c])"),
            ["c"] = new("c", "", "c"),
        };
        var settings = Resolve([.. order.Select(key => all[key])]);
        Assert.Equal("a(b(c))", settings["a"]);
        Assert.Equal("b(c)", settings["b"]);
    }

    [Fact]
    public void Brackets_in_a_given_value_are_text()
    {
        var settings = Resolve([Prefix, new("name", "", "[prefix]"), new("path", "")], ("prefix", "[path]"), ("path", "[prefix]"));
        Assert.Equal("[path]", settings["name"]);
        Assert.Equal("[prefix]", settings["path"]);
    }

    [Fact]
    public void Defaults_that_speak_of_each_other_end()
    {
        var settings = Resolve([new("a", "", "[b]"), new("b", "", "[a]"), new("self", "", "[self]"), new("none", "", "[what]")]);
        Assert.Equal("[what]", settings["none"]);
        Assert.NotNull(settings.Find("a"));
        Assert.NotNull(settings.Find("self"));
    }

    [Fact]
    public void Default_of_an_absent_setting_is_replaced_by_nothing()
    {
        Assert.Equal("x--y", Resolve([new("profile", ""), new("name", "", "x-[profile]-y")])["name"]);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        Setting[] declared =
        [
            new("port", "", "7777") { Validate = value => value == "7777" ? null : "is not a port" },
            new("name", "") { Validate = value => value.Length < 3 ? null : "is too long" },
        ];
        var problems = Problems(declared, ("port", "x"), ("name", "long"), ("frist", "1"), ("secnod", "2"));
        Assert.Equal(
            [
                "Unknown setting 'frist'.",
                "Unknown setting 'secnod'.",
                "Known settings: port, name.",
                "The setting port 'x' is not a port.",
                "The setting name 'long' is too long.",
            ],
            problems);
    }

    [Fact]
    public void Default_is_validated_like_a_given_value()
    {
        var problems = Problems([Prefix, new("name", "", "[prefix]!") { Validate = _ => "is wrong" }]);
        Assert.Equal(["The setting name 'test1!' is wrong."], problems);
    }

    [Fact]
    public void Absent_setting_is_not_validated()
    {
        Resolve([new("name", "") { Validate = _ => "is wrong" }]);
    }

    [Fact]
    public void Ten_unknown_keys_are_named_and_the_rest_counted()
    {
        var problems = Problems([Prefix], [.. Enumerable.Range(0, 25).Select(i => ($"key{i}", "x"))]);
        Assert.Equal(12, problems.Count);
        Assert.Contains("15 more settings are unknown.", problems);
    }

    [Fact]
    public void Long_keys_and_values_are_shortened()
    {
        var problem = Assert.Single(Problems([Prefix with { Validate = _ => "is wrong" }], ("prefix", new string('a', 100_000))));
        Assert.InRange(problem.Length, 80, 200);
    }

    [Fact]
    public void Keys_are_compared_with_their_case()
    {
        Assert.Contains("Unknown setting 'PREFIX'.", Problems([Prefix], ("PREFIX", "a")));
    }

    [Fact]
    public void Backend_without_settings_says_so()
    {
        Assert.Equal(["Unknown setting 'a'.", "This backend has no settings."], Problems([], ("a", "1")));
    }

    [Fact]
    public void Needed_setting_that_is_absent_names_itself_and_its_option()
    {
        var settings = Resolve([new("server_package_root", "")]);
        var error = Assert.Throws<BackendException>(() => settings["server_package_root"]);
        Assert.Contains("server_package_root", error.Message, StringComparison.Ordinal);
        Assert.Contains("--server-package-root", error.Remedy, StringComparison.Ordinal);
    }

    private static Settings Resolve(IReadOnlyList<Setting> declared, params (string Key, string Value)[] parameters)
    {
        Assert.True(
            Settings.TryResolve(declared, parameters.ToDictionary(p => p.Key, p => p.Value), out var settings, out var problems),
            string.Join(" ", problems));
        Assert.Empty(problems);
        return settings;
    }

    private static IReadOnlyList<string> Problems(
        IReadOnlyList<Setting> declared, params (string Key, string Value)[] parameters)
    {
        Assert.False(
            Settings.TryResolve(declared, parameters.ToDictionary(p => p.Key, p => p.Value), out var settings, out var problems));
        Assert.Null(settings);
        return problems;
    }
}
