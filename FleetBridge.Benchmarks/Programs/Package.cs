using System.Text;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>A packaged server as the benchmark makes one: the same seed gives the same bytes.</summary>
internal static class Package
{
    /// <summary>The executable's launch path on a machine of the fleet.</summary>
    public const string LaunchPath = "C:/game/MyGame/Binaries/Win64/MyGameServer.exe";

    private const string Executable = "MyGame/Binaries/Win64/MyGameServer.exe";
    private const int Seed = 20261121;
    private const int Words = 4096;

    /// <summary>Writes it. Every other file holds random bytes, which nothing makes smaller; the others hold words, which
    /// deflate makes about four times smaller. Their sizes differ by up to a factor of 16.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="files">How many files.</param>
    /// <param name="bytes">How long they are together.</param>
    public static void Write(string folder, int files, long bytes)
    {
        var random = new Random(Seed);
        var vocabulary = Vocabulary(random);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, "install.bat"), "exit 0\r\n");

        // pairs of equal sizes, so that exactly half of the bytes are random
        var weights = Enumerable.Range(0, files / 2).Select(_ => Math.Pow(16, random.NextDouble())).ToArray();
        var unit = bytes / 2 / weights.Sum();
        for (var i = 0; i < weights.Length; i++)
        {
            var content = new byte[(int)(weights[i] * unit)];
            random.NextBytes(content);
            Put(folder, i == 0 ? Executable : $"MyGame/Content/Paks/{i / 100}/chunk{i}.pak", content);
            FillWithWords(content, vocabulary, random);
            Put(folder, $"MyGame/Content/Text/{i / 100}/table {i}.csv", content);
        }
    }

    private static void Put(string folder, string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    private static byte[][] Vocabulary(Random random)
    {
        var words = new byte[Words][];
        for (var i = 0; i < Words; i++)
        {
            words[i] = Encoding.ASCII.GetBytes(
                string.Concat(Enumerable.Range(0, random.Next(3, 11)).Select(_ => (char)random.Next('a', 'z' + 1))) + ",");
        }

        return words;
    }

    private static void FillWithWords(byte[] content, byte[][] vocabulary, Random random)
    {
        var at = 0;
        while (at < content.Length)
        {
            // some words are far more frequent than others, as in every text
            var word = vocabulary[(int)(Words * Math.Pow(random.NextDouble(), 4))];
            var length = Math.Min(word.Length, content.Length - at);
            word.AsSpan(0, length).CopyTo(content.AsSpan(at));
            at += length;
        }
    }
}
