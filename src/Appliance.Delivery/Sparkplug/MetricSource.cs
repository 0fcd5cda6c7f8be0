namespace Appliance.Delivery.Sparkplug;

/// <summary>What has metrics and a life of its own: the node itself or one of its devices. Guarded by its <see cref="NodeModel"/>.</summary>
/// <param name="device">Device id in topics; null: the node.</param>
/// <param name="metrics">All it will ever report.</param>
internal sealed class MetricSource(string? device, IReadOnlyList<Metric> metrics)
{
    private readonly Dictionary<string, Metric> _byName = metrics.ToDictionary(metric => metric.Name, StringComparer.Ordinal);

    public string? Device => device;

    public bool IsNode => device is null;

    public IReadOnlyList<Metric> Metrics => metrics;

    /// <summary>Whether it works; a device that does not is dead to SCADA.</summary>
    public bool IsAlive { get; private set; } = device is null;

    /// <summary>Whether its birth was published in this session and no death since.</summary>
    public bool IsBorn { get; set; }

    /// <summary>It was lost since its birth, though it may be back by now: the death must be told.</summary>
    public bool HasDied { get; private set; }

    /// <summary>It will not come back.</summary>
    public bool IsGone { get; set; }

    /// <summary>Values of this session that wait to be published.</summary>
    public List<MetricChange> Live { get; } = [];

    public Metric this[string name] => _byName[name];

    public Metric? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>False: it was so before.</summary>
    public bool SetAlive(bool isAlive)
    {
        if (isAlive == IsAlive)
            return false;

        IsAlive = isAlive;
        HasDied |= !isAlive;
        return true;
    }

    /// <summary>Its birth carries every current value, so what waited is said.</summary>
    public void Born()
    {
        IsBorn = true;
        HasDied = false;
        Live.Clear();
    }

    public void Dead()
    {
        IsBorn = false;
        HasDied = false;
        Live.Clear();
    }
}
