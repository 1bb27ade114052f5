// A report: how is every part of the deployment in several regions? All are asked at the same time.
//
//   fleetbridge script samples/scripts/regions.csx --project MyGame.uproject --prefix live [region ...]
//
// Without regions it asks the three below. It changes nothing. Prefix and profile come from the project and from options.
// Standard output is a table with a line for each region, and then what is wrong, a line each.
// Exit codes: 0 all is there and ready; 1 something is not; 130 ended by Ctrl-C.

var regions = Args.Count > 0 ? Args : ["us-west-2", "eu-central-1", "ap-northeast-1"];

// Every part of whichever backend it is. The packaged server is the same in all regions; on a machine that does not have it,
// leave it out: .Where(part => part.Name != "packaged_build").ToList()
var parts = await Bridge.Resources();

// Each Check begins at once; WhenAll waits until the last one has ended, and keeps their order.
var rows = await Task.WhenAll(regions.Select(async region =>
{
    var there = Bridge.With(("region_name", region));
    return (Region: region, Answers: await Task.WhenAll(parts.Select(part => there.Check(part.Path))));
}));

List<string[]> table = [["region", .. parts.Select(part => part.Name)]];
var wrong = new List<string>();
foreach (var (region, answers) in rows)
{
    // The packaged server tells no state. Nor does a check that could not ask AWS: no network, no such region, no right to look.
    table.Add([region, .. answers.Select(answer => answer.State ?? (answer.Ok ? "OK" : "FAILED"))]);
    wrong.AddRange(answers.Zip(parts).Where(pair => !pair.First.Ok).Select(pair => $"{region} {pair.Second.Name}: {pair.First.Error}"));
}

foreach (var line in table)
{
    var cells = line.Select((cell, column) => cell.PadRight(table.Max(other => other[column].Length)));
    Console.WriteLine(string.Join("  ", cells).TrimEnd());
}

wrong.ForEach(Console.WriteLine);
return wrong.Count == 0;
