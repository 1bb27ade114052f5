using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class EntryFileTests : IDisposable
{
    private const int MostBytes = 1_000;

    private readonly TemporaryFolder _folder = new();

    private string FilePath => Path.Combine(_folder.Path, "gateway", "words.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Change_is_seen_by_every_process_at_once()
    {
        var (here, there) = (New(), New());
        Assert.Empty(there.Load());
        Put(here, "a", "1");
        Assert.Equal("1", there.Load()["a"].Value);
        Put(there, "a", "2");
        Assert.Equal("2", here.Load()["a"].Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"words\":7}")]
    [InlineData("{\"words\":[null,7,{},{\"key\":\"b\"},{\"value\":\"b\"}]}")]
    [InlineData("not json")]
    public void File_that_cannot_be_understood_has_no_entries(string content)
    {
        Put(New(), "a", "1");
        File.WriteAllText(FilePath, content);
        Assert.Empty(New().Load());
    }

    [Fact]
    public void File_that_is_too_long_or_none_lets_nobody_in_and_is_not_replaced()
    {
        Put(New(), "a", "1");
        var known = New();
        Assert.Single(known.Load());
        File.WriteAllText(FilePath, new string(' ', MostBytes + 1));
        Assert.Empty(known.Load());
        Assert.ThrowsAny<IOException>(() => Put(known, "b", "1"));
        Assert.Equal(MostBytes + 1, new FileInfo(FilePath).Length);
        File.Delete(FilePath);
        Directory.CreateDirectory(FilePath);
        Assert.Empty(known.Load());
        Assert.ThrowsAny<IOException>(() => Put(known, "b", "1"));
    }

    [Fact]
    public void Change_that_throws_leaves_the_file_as_it_was()
    {
        Put(New(), "a", "1");
        var before = File.ReadAllText(FilePath);
        Assert.Throws<InvalidOperationException>(() => New().Change(words =>
        {
            words.Clear();
            throw new InvalidOperationException();
        }));
        Assert.Equal(before, File.ReadAllText(FilePath));
    }

    [Fact]
    public void First_of_two_entries_with_one_key_counts()
    {
        Put(New(), "a", "1");
        File.WriteAllText(FilePath, """{"words":[{"key":"a","value":"1"},{"key":"a","value":"2"}]}""");
        Assert.Equal("1", Assert.Single(New().Load()).Value.Value);
    }

    [Fact]
    public void What_could_not_be_written_is_known_here_alone_until_the_file_changes()
    {
        var (here, there) = (New(), New());
        Put(here, "a", "1");
        var loaded = here.Load();
        here.ChangeHere(words => words["b"] = new Word("b", "1"));
        Assert.Equal(["a", "b"], here.Load().Keys.Order());
        Assert.Equal(["a"], loaded.Keys);
        Assert.Equal(["a"], there.Load().Keys);
        Put(there, "c", "1");
        Assert.Equal(["a", "c"], here.Load().Keys.Order());
    }

    [Fact]
    public async Task Changes_of_many_at_once_are_all_kept()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 10), TestContext.Current.CancellationToken, (number, _) =>
        {
            Put(New(), $"k{number}", "1");
            return ValueTask.CompletedTask;
        });
        Assert.Equal(10, New().Load().Count);
    }

    private static void Put(EntryFile<Word> file, string key, string value) => file.Change(words => words[key] = new Word(key, value));

    private EntryFile<Word> New() => new(_folder.Path, new EntryForm<Word>(
        "words",
        MostBytes,
        json => WireJson.Text(json, "key") is { } key && WireJson.Text(json, "value") is { } value ? new Word(key, value) : null,
        word => new JsonObject { ["key"] = word.Key, ["value"] = word.Value },
        word => word.Key));

    private sealed record Word(string Key, string Value);
}
