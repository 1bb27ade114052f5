namespace FleetBridge.Backends;

/// <summary>How far an operation is.</summary>
/// <param name="Activity">What is being done, to what, such as <c>uploading test1-build</c>.</param>
/// <param name="Fraction">Done so far, from 0 to 1; null while that cannot be known.</param>
/// <param name="Detail">A figure worth showing beside it, such as <c>41.2 MB/s, 12 s left</c>; null for none.</param>
public sealed record OperationProgress(string Activity, double? Fraction = null, string? Detail = null);
