namespace Appliance.Delivery.Sparkplug;

/// <summary>One value that the node or a device reports, as a birth announces it.</summary>
/// <param name="name">Slashes make folders in SCADA.</param>
/// <param name="type">Type on the wire.</param>
/// <param name="deadband">Changes smaller than this are not reported (numbers with fractions only).</param>
internal sealed class Metric(string name, SparkplugType type, double deadband = 0)
{
    public string Name => name;

    public SparkplugType Type => type;

    /// <summary>Unique over the node and its devices; null: always named.</summary>
    public ulong? Alias { get; set; }

    /// <summary>Commands may write it. Others carry the property <c>readOnly</c> where a host would expect to write.</summary>
    public bool IsWritable { get; init; }

    /// <summary>Whether births say if it is writable.</summary>
    public bool IsControl { get; init; }

    /// <summary>The last value that was reported or will be next.</summary>
    public MetricValue Value { get; private set; } = MetricValue.Null;

    /// <summary>Takes a value; false: nothing to report.</summary>
    public bool Take(in MetricValue value)
    {
        if (value == Value || IsWithinDeadband(value))
            return false;

        Value = value;
        return true;
    }

    private bool IsWithinDeadband(in MetricValue value) =>
        deadband > 0 && !value.IsNull && !Value.IsNull
        && Math.Abs(value.Real - Value.Real) < deadband
        // To and from a standstill is always news.
        && value.Real == 0 == (Value.Real == 0);
}

/// <summary>A value that came about.</summary>
/// <param name="Metric">Of what.</param>
/// <param name="Value">Which.</param>
/// <param name="At">When, UTC.</param>
internal readonly record struct MetricChange(Metric Metric, MetricValue Value, DateTimeOffset At);
