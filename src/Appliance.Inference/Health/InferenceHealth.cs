namespace Appliance.Inference.Health;

/// <summary>State of the inference room at one moment.</summary>
/// <param name="IsAvailable">The library is loaded and both models run or could run.</param>
/// <param name="WhyNot">When not available: what is missing and what to do; otherwise null.</param>
/// <param name="Library">ONNX Runtime version and path, or null when it did not load.</param>
/// <param name="Models">One entry per model opened so far.</param>
public sealed record InferenceHealth(
    bool IsAvailable, string? WhyNot, LibraryHealth? Library, IReadOnlyList<ModelHealth> Models);

/// <summary>The loaded ONNX Runtime.</summary>
public sealed record LibraryHealth(string Version, string Path, IReadOnlyList<string> BuiltInProviders);

/// <summary>One open model.</summary>
/// <param name="Model">Name and version as in the catalogue.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Path">File that was loaded.</param>
/// <param name="Sha256">Hash of that file, lower-case hex.</param>
/// <param name="Provider">Execution provider in use.</param>
/// <param name="Refusals">Providers that were tried before it and why each was refused.</param>
/// <param name="LoadTime">From opening the file to a session that can run.</param>
/// <param name="Runs">Runs so far, all instances together.</param>
/// <param name="Latency">Wall time of the runs.</param>
/// <param name="Loaded">Whether it is in memory now; otherwise nobody needed it for a time and the next who does loads it.</param>
/// <param name="Users">Threads that hold it.</param>
/// <param name="Loads">Times it was loaded.</param>
/// <param name="Idle">Since it was last run or asked for.</param>
/// <param name="Options">Session options in use, in words.</param>
public sealed record ModelHealth(
    string Model, string Kind, string Path, string Sha256, string Provider, IReadOnlyList<ProviderRefusal> Refusals,
    TimeSpan LoadTime, long Runs, LatencySummary Latency,
    bool Loaded, int Users, long Loads, TimeSpan Idle, string Options);

/// <summary>An execution provider that could not be used.</summary>
public sealed record ProviderRefusal(string Provider, string Reason);

/// <summary>Percentiles of run times since start, from a histogram with steps of about 10 %.</summary>
public sealed record LatencySummary(TimeSpan Mean, TimeSpan P50, TimeSpan P95, TimeSpan P99, TimeSpan Max);
