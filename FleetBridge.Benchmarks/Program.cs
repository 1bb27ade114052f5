using FleetBridge.Benchmarks;
using FleetBridge.Benchmarks.Figures;
using FleetBridge.Benchmarks.Programs;

if (!BenchmarkOptions.TryParse(args, out var options, out var problem))
{
    Console.Error.WriteLine($"{problem}\n{BenchmarkOptions.Usage}");
    return 2;
}

using var ending = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    ending.Cancel();
};

using var place = new Place();
try
{
    var published = await Published.MakeAsync(place, options, ending.Token);
    var table = new FigureTable();
    foreach (var figure in Figure.All.Where(figure => options.Chose(figure.Name)))
    {
        Console.Error.WriteLine($"measuring {figure.Name} …");
        await figure.MeasureAsync(new Bench(place, published, options, ending.Token), table);
    }

    Console.WriteLine(table.ToMarkdown());
    return table.AllHold ? 0 : 1;
}
catch (BenchmarkException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 3;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return 130;
}
