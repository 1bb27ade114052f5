namespace FleetBridge.Tests.Support;

/// <summary>The place where the House fixture's deployment stands, and what the test sees and does there.</summary>
internal sealed class House
{
    private readonly string _folder;

    public House(TemporaryFolder folder) => _folder = Directory.CreateDirectory(folder["house"]).FullName;

    /// <summary>The options that name the backend and the place.</summary>
    public string[] Options => ["--backend", "house/1", "--backends", Repository.HouseRoot, "--folder", _folder];

    /// <summary>The options with a running bridge in the place of a backend of this process.</summary>
    public string[] OptionsAt(string url) => ["--backend", "house/1", "--url", url, "--folder", _folder];

    /// <summary>What has happened: <c>begin wall-create</c>, <c>end wall-create</c>, <c>cancelled wall-create</c>.</summary>
    public IReadOnlyList<string> Journal
    {
        get
        {
            var file = Path.Combine(_folder, "journal");
            if (!File.Exists(file))
            {
                return [];
            }

            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>Lets a held operation continue.</summary>
    public void Release(string call) => File.WriteAllText(Path.Combine(_folder, $"{call}.go"), "");

    /// <summary>Gives a part a state, at once as a whole.</summary>
    public void Become(string part, string state)
    {
        File.WriteAllText(Path.Combine(_folder, "becoming"), state);
        File.Move(Path.Combine(_folder, "becoming"), Path.Combine(_folder, $"{part}.state"), overwrite: true);
    }

    public Task SeeAsync(params string[] lines) => Eventually.TrueAsync(
        () => lines.All(Journal.Contains), $"{string.Join(", ", lines)} in the journal");

    public bool Before(string earlier, string later)
    {
        var journal = Journal.ToList();
        Assert.Contains(earlier, journal);
        Assert.Contains(later, journal);
        return journal.IndexOf(earlier) < journal.IndexOf(later);
    }
}
