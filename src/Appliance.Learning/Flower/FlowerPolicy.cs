namespace Appliance.Learning.Flower;

/// <summary>What this box lets a server ask of it.</summary>
public sealed record FlowerPolicy
{
    /// <summary>Whether the box registers itself; false = the server's operator has registered its key.</summary>
    public bool RegistersItself { get; init; } = true;

    /// <summary>Apps (<c>publisher/name</c>, optionally <c>@version</c>) whose runs are taken; <c>*</c> = any.</summary>
    public IReadOnlyList<string> AllowedApps { get; init; } = [];

    /// <summary>Federation a run must belong to; empty = any.</summary>
    public string Federation { get; init; } = "";

    /// <summary>Most bytes of all objects of one message.</summary>
    public long MaxMessageBytes { get; init; } = 64 << 20;

    /// <summary>Most objects of one message.</summary>
    public int MaxObjects { get; init; } = 4096;

    /// <summary>Declared to the server; it holds a node for gone after twice this.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause between two questions for work.</summary>
    public TimeSpan PullPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Stay after the last answer before leaving: the server collects every 3 s, and only from nodes that are online.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Null = allowed; else why not.</summary>
    internal string? WhyNot(Wire.Run? run)
    {
        if (Federation.Length > 0 && run?.Federation != Federation)
            return "the run belongs to another federation";
        if (AllowedApps.Contains("*"))
            return null;
        if (AllowedApps.Count == 0)
            return "no app is allowed on this box";

        var app = run?.FabId ?? "";
        return AllowedApps.Any(allowed => allowed == app || allowed == $"{app}@{run?.FabVersion}") && app.Length > 0
            ? null
            : "the app of this run is not on this box's list";
    }
}
