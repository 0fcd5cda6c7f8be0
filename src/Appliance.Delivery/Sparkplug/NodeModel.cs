using Appliance.Core.Alerts;
using Appliance.Core.Outputs;
using Appliance.Delivery.Mqtt;

namespace Appliance.Delivery.Sparkplug;

/// <summary>
/// All that the node and its devices report: current values, what waits to be published in this session, and what came about while
/// there was none. Takes reports from any thread; publishing belongs to the session's loop.
/// </summary>
internal sealed class NodeModel
{
    /// <summary>Never aliased, so that a host that knows nothing of this node can ask for its births.</summary>
    public const string Rebirth = "Node Control/Rebirth";

    public const string Reboot = "Node Control/Reboot";

    public const string BirthDeath = "bdSeq";

    public const string SirenInhibit = "Siren/Inhibit";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MetricSource> _devices = new(StringComparer.Ordinal);
    private readonly HistoryRing _history;
    private readonly bool _useAliases;
    private readonly TimeProvider _clock;
    private ulong _lastAlias;
    private bool _isLive;

    public NodeModel(
        SparkplugOptions options, string softwareVersion, DeviceFacts facts, IReadOnlyList<OutputState> outputs,
        IReadOnlyCollection<OutputId> sirens, Func<OutputId, bool> isWritable, TimeProvider clock)
    {
        _history = new(options.HistorySize);
        _useAliases = options.UseAliases;
        _clock = clock;
        Node = Announce(new(null, NodeMetrics.OfNode(options.AllowReboot)));
        Take(Node, Rebirth, MetricValue.Of(false));
        Take(Node, Reboot, MetricValue.Of(false));
        Take(Node, "Properties/Hardware Make", MetricValue.Of(facts.Make));
        Take(Node, "Properties/Hardware Model", MetricValue.Of(facts.Model));
        Take(Node, "Properties/OS", MetricValue.Of(facts.System));
        Take(Node, "Properties/OS Version", MetricValue.Of(facts.SystemVersion));
        Take(Node, "Properties/Software Version", MetricValue.Of(softwareVersion));
        if (outputs.Count == 0)
            return;

        Relays = Announce(new(NodeMetrics.RelayBank, NodeMetrics.OfRelayBank(outputs, sirens, isWritable, options.AllowCommands)));
        _devices.Add(NodeMetrics.RelayBank, Relays);
        Relays.SetAlive(true);
        if (sirens.Count > 0)
            Take(Relays, SirenInhibit, MetricValue.Of(false));
    }

    public MetricSource Node { get; }

    /// <summary>Null: the box has no outputs.</summary>
    public MetricSource? Relays { get; }

    /// <summary>Values of the past that wait, and that were lost because there were too many.</summary>
    public (int Waiting, long Dropped) History
    {
        get
        {
            lock (_lock)
                return (_history.Count, _history.Dropped);
        }
    }

    public void Set(MetricSource source, string name, in MetricValue value, DateTimeOffset? at = null)
    {
        lock (_lock)
            Take(source, name, value, at);
    }

    /// <summary>The session's number: for births and deaths only, never data.</summary>
    public void SetBirthDeath(int number)
    {
        lock (_lock)
            Node[BirthDeath].Take(MetricValue.Of((long)number));
    }

    /// <summary>Runs several changes as one, so that they go out in one message.</summary>
    public void Change(Action<NodeModel> changes)
    {
        lock (_lock)
            changes(this);
    }

    /// <summary>The camera's device, made when it is new.</summary>
    public MetricSource Camera(string id)
    {
        lock (_lock)
        {
            if (!_devices.TryGetValue(id, out var camera))
            {
                camera = Announce(new(id, NodeMetrics.OfCamera()));
                _devices.Add(id, camera);
                Take(camera, "Alert/Active", MetricValue.Of(false));
                Take(camera, "Alert/Count", MetricValue.Of(0L));
            }

            return camera;
        }
    }

    /// <summary>Null: not known (yet).</summary>
    public MetricSource? FindDevice(string id)
    {
        lock (_lock)
            return _devices.GetValueOrDefault(id);
    }

    public void SetAlive(MetricSource device, bool isAlive)
    {
        lock (_lock)
            device.SetAlive(isAlive);
    }

    /// <summary>Other cameras are no more; their deaths are told first.</summary>
    public void Keep(IEnumerable<string> cameras)
    {
        lock (_lock)
        {
            foreach (var (id, device) in _devices.ExceptBy(cameras.Append(NodeMetrics.RelayBank), entry => entry.Key).ToArray())
            {
                device.SetAlive(false);
                device.IsGone = true;
                _history.Remove(device);
                if (!device.IsBorn)
                    _devices.Remove(id);
            }
        }
    }

    /// <summary>What a tally means for the current values of its camera and the node.</summary>
    public void TakeTally(AlertTally tally, long total, DateTimeOffset? at)
    {
        lock (_lock)
        {
            Take(Node, "Alert/Count", MetricValue.Of(total), at);
            Take(Node, "Alert/Last Id", MetricValue.Of(tally.LastId), at);
            Take(Node, "Alert/Last Class", MetricValue.Of(tally.LastKind), at);
            Take(Node, "Alert/Last Score", MetricValue.Of(tally.LastScore), at);
            Take(Node, "Alert/Last Camera", MetricValue.Of(tally.Camera), at);
            var camera = Camera(tally.Camera);
            Take(camera, "Alert/Count", MetricValue.Of(tally.Count), at);
            Take(camera, "Alert/Last Id", MetricValue.Of(tally.LastId), at);
            Take(camera, "Alert/Last Class", MetricValue.Of(tally.LastKind), at);
            Take(camera, "Alert/Last Score", MetricValue.Of(tally.LastScore), at);
        }
    }

    /// <summary>From here on changes are live; returns the devices that are to be born after the node.</summary>
    public IReadOnlyList<MetricSource> BeginBirths()
    {
        lock (_lock)
        {
            _isLive = true;
            foreach (var device in _devices.Values)
                device.IsBorn = false;
            return [.. _devices.Values.Where(device => device.IsAlive)];
        }
    }

    /// <summary>Nobody can be told any more: changes are kept for later.</summary>
    public void EndSession()
    {
        lock (_lock)
        {
            _isLive = false;
            foreach (var source in _devices.Values.Append(Node))
            {
                // What waited to be said when the connection broke is the first of what comes after.
                foreach (var change in source.Live)
                    _history.Add(source, change);
                source.Dead();
            }
        }
    }

    /// <summary>Devices that died since they were born, or were born and are gone.</summary>
    public IReadOnlyList<MetricSource> TakeDeaths()
    {
        lock (_lock)
        {
            if (!_isLive)
                return [];

            MetricSource[] dead = [.. _devices.Values.Where(device => device.IsBorn && device.HasDied)];
            foreach (var device in dead)
            {
                device.Dead();
                if (device.IsGone)
                    _devices.Remove(device.Device!);
            }

            return dead;
        }
    }

    /// <summary>Devices that live and were not born in this session.</summary>
    public IReadOnlyList<MetricSource> Unborn()
    {
        lock (_lock)
            return _isLive ? [.. _devices.Values.Where(device => device.IsAlive && !device.IsBorn)] : [];
    }

    /// <summary>Writes every current value; the source counts as born.</summary>
    public void WriteBirth(MetricSource source, PayloadWriter to, DateTimeOffset now)
    {
        lock (_lock)
        {
            source.Born();
            foreach (var metric in source.Metrics)
                to.AddBirth(metric, metric.Value, now);
        }
    }

    /// <summary>Takes what waits, of the past or of now; false: nothing.</summary>
    public bool Take(bool history, int limit, List<MetricChange> into, out MetricSource source)
    {
        lock (_lock)
        {
            foreach (var candidate in _devices.Values.Prepend(Node))
            {
                // Of one that died only its death is left to tell.
                if (!candidate.IsBorn || candidate.HasDied)
                    continue;

                if (history)
                    _history.Take(candidate, limit, into);
                else
                    TakeLive(candidate, limit, into);
                if (into.Count == 0)
                    continue;

                source = candidate;
                return true;
            }
        }

        source = Node;
        return false;
    }

    private static void TakeLive(MetricSource source, int limit, List<MetricChange> into)
    {
        var count = Math.Min(limit, source.Live.Count);
        into.AddRange(source.Live.Take(count));
        source.Live.RemoveRange(0, count);
    }

    private void Take(MetricSource source, string name, in MetricValue value, DateTimeOffset? at = null)
    {
        var metric = source[name];
        var wasKnown = !metric.Value.IsNull;
        if (!metric.Take(value))
            return;

        var change = new MetricChange(metric, value, at ?? _clock.GetUtcNow());
        // What becomes known while nobody listens is news of the next birth, not of the past.
        if (!_isLive && wasKnown)
            _history.Add(source, change);
        else if (_isLive && source.IsBorn)
            source.Live.Add(change);
    }

    private MetricSource Announce(MetricSource source)
    {
        if (_useAliases)
        {
            foreach (var metric in source.Metrics.Where(metric => metric.Name != Rebirth))
                metric.Alias = ++_lastAlias;
        }

        return source;
    }
}
