namespace Appliance.Native.OnnxRuntime;

/// <summary>How a model is run.</summary>
public sealed record OrtSessionSettings
{
    /// <summary>Providers in the order tried: <c>tensorrt</c>, <c>cuda</c>, <c>cpu</c>. The CPU is always the last resort.</summary>
    public IReadOnlyList<string> Providers { get; init; } = ["cpu"];

    /// <summary>Threads inside one run on the CPU.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Number of the GPU.</summary>
    public int DeviceId { get; init; }

    /// <summary>Folder where TensorRT keeps built engines, or null for none.</summary>
    public string? EngineCache { get; init; }

    /// <summary>Plan memory from the first run of each input shape. Saves allocator work, costs one plan per shape.</summary>
    public bool MemoryPattern { get; init; } = true;

    /// <summary>The library's graph optimisation level: 0 none, 1 basic, 2 extended, 99 all (with layouts made for this CPU).</summary>
    public int GraphOptimization { get; init; } = 99;

    /// <summary>Branches of the graph run side by side, on as many threads again; otherwise one node after the other.</summary>
    public bool Parallel { get; init; }

    /// <summary>Threads of a run wait for work by spinning. Burns a core between runs; nothing changes with one thread.</summary>
    public bool Spinning { get; init; }

    /// <summary>Intermediate results come from the arena that all sessions share; otherwise from malloc.</summary>
    public bool Arena { get; init; } = true;

    /// <summary>Extra entries for the session, by the library's names.</summary>
    public IReadOnlyDictionary<string, string> Entries { get; init; } = new Dictionary<string, string>();
}

/// <summary>A provider that was tried and not used.</summary>
public sealed record OrtRefusal(string Provider, string Reason);

/// <summary>Name and shape of an input or output; −1 where the size may differ from run to run.</summary>
public sealed record OrtPort(string Name, IReadOnlyList<long> Shape);
