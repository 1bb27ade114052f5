using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FleetBridge.Tests.Support;

/// <summary>
/// Listens to metrics and traces of this process, as a collector would. Other tests make some at the same time: look for
/// what only yours can have made.
/// </summary>
internal sealed class Listening : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;

    /// <summary>Begins.</summary>
    /// <param name="source">The name of meter and activity source; null for all that there are, the framework's too.</param>
    public Listening(string? source = "FleetBridge")
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (source is null || instrument.Meter.Name == source)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = candidate => source is null || candidate.Name == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
    }

    /// <summary>What was measured, in order.</summary>
    public ConcurrentQueue<Measured> Measurements { get; } = new();

    /// <summary>The spans that have ended.</summary>
    public ConcurrentQueue<Activity> Spans { get; } = new();

    /// <summary>What was measured under a name, where a tag has a value.</summary>
    public IReadOnlyList<Measured> Of(string name, string tag, object value) =>
        [.. Measurements.Where(measured => measured.Name == name && Equals(measured.Tags.GetValueOrDefault(tag), value))];

    /// <summary>What a meter's observable instruments say now.</summary>
    public IReadOnlyList<Measured> Observe(Meter meter)
    {
        Measurements.Clear();
        _meters.RecordObservableInstruments();
        return [.. Measurements.Where(measured => measured.Meter == meter)];
    }

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Measurements.Enqueue(new Measured(
            instrument.Meter, instrument.Name, instrument.Unit, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
}

/// <summary>One measurement.</summary>
internal sealed record Measured(
    Meter Meter, string Name, string? Unit, double Value, IReadOnlyDictionary<string, object?> Tags);
