// A report: the state of every resource of the deployment in several regions, which are checked in parallel.
//
//   fleetbridge script samples/scripts/regions.csx --project MyGame.uproject --prefix live [region ...]
//
// Without regions it checks the three below. It changes nothing. Prefix and profile come from the project and from options.
// Standard output is a table with a line for each region, followed by a line for each problem.
// Exit codes: 0 everything exists and is ready; 1 something is missing or not ready; 130 cancelled by Ctrl-C.

var regions = Args.Count > 0 ? Args : ["us-west-2", "eu-central-1", "ap-northeast-1"];

// Every resource of the chosen backend. The packaged server is the same in all regions; on a machine that does not have it,
// leave it out: .Where(resource => resource.Name != "packaged_build").ToList()
var resources = await Bridge.Resources();

// The checks run in parallel; WhenAll waits for the last one, and keeps their order.
var rows = await Task.WhenAll(regions.Select(async region =>
{
    var regional = Bridge.With(("region_name", region));
    return (Region: region, Responses: await Task.WhenAll(resources.Select(resource => regional.Check(resource.Path))));
}));

List<string[]> table = [["region", .. resources.Select(resource => resource.Name)]];
var problems = new List<string>();
foreach (var (region, responses) in rows)
{
    // The packaged server has no state. Nor has a check that could not reach AWS: no network, no such region, no permission.
    table.Add([region, .. responses.Select(response => response.State ?? (response.Ok ? "OK" : "FAILED"))]);
    problems.AddRange(responses.Zip(resources).Where(pair => !pair.First.Ok).Select(pair => $"{region} {pair.Second.Name}: {pair.First.Error}"));
}

foreach (var line in table)
{
    var cells = line.Select((cell, column) => cell.PadRight(table.Max(other => other[column].Length)));
    Console.WriteLine(string.Join("  ", cells).TrimEnd());
}

problems.ForEach(Console.WriteLine);
return problems.Count == 0;
