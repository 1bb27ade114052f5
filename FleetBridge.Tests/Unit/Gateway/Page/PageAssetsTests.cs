using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using FleetBridge.Gateway.Page;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Gateway.Page;

public sealed partial class PageAssetsTests
{
    /// <summary>What a browser loads in all, compressed.</summary>
    private const int MostBytes = 150 * 1024;

    private static readonly string Site = Path.Combine(Repository.Root, "FleetBridge.Gateway", "Page", "Site");

    [Fact]
    public void All_files_are_there_as_they_are_in_the_repository()
    {
        var assets = new PageAssets();
        Assert.Equal(Directory.EnumerateFiles(Site).Select(Path.GetFileName).Order(StringComparer.Ordinal), assets.Names.Order(StringComparer.Ordinal));
        foreach (var name in assets.Names.Where(name => !name.EndsWith(".html", StringComparison.Ordinal)))
        {
            var source = File.ReadAllText(Path.Combine(Site, name));
            Assert.Equal(source, Encoding.UTF8.GetString(assets.Find(name, "")!.Content));
            Assert.Equal(source, Unpacked(assets.Find(name, "br")!, content => new BrotliStream(content, CompressionMode.Decompress)));
            Assert.Equal(source, Unpacked(assets.Find(name, "gzip")!, content => new GZipStream(content, CompressionMode.Decompress)));
        }
    }

    [Fact]
    public void All_files_together_are_small()
    {
        var assets = new PageAssets();
        Assert.InRange(assets.Names.Sum(name => assets.Find(name, "gzip")!.Content.Length), 1, MostBytes);
    }

    [Theory]
    [InlineData("index.html")]
    [InlineData("login.html")]
    public void Page_refers_to_files_that_exist_by_their_hash(string name)
    {
        var assets = new PageAssets();
        var page = Encoding.UTF8.GetString(assets.Find(name, "")!.Content);
        var addresses = Address().Matches(page).Select(match => match.Groups[1].Value).Where(address => !address.StartsWith('#') && address != "data:,").ToList();
        Assert.NotEmpty(addresses);
        Assert.All(addresses, address => Assert.Contains(address[$"/assets/{assets.Hash}/".Length..], assets.Names));
        Assert.DoesNotContain("@assets@", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_import_what_exists_and_make_no_markup()
    {
        var assets = new PageAssets();
        foreach (var file in Directory.EnumerateFiles(Site, "*.js"))
        {
            var source = File.ReadAllText(file);
            Assert.All(Import().Matches(source).Select(match => match.Groups[1].Value), name => Assert.Contains(name, assets.Names));
            Assert.DoesNotMatch(Markup(), source);
        }
    }

    private static string Unpacked(PageAsset asset, Func<Stream, Stream> open)
    {
        using var content = new MemoryStream(asset.Content);
        using var stream = open(content);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"(?:src|href)=""([^""]+)""")]
    private static partial Regex Address();

    [GeneratedRegex(@"from '\./([^']+)'")]
    private static partial Regex Import();

    [GeneratedRegex(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\('style'")]
    private static partial Regex Markup();
}
