namespace Appliance.Capture.Cameras;

/// <summary>Pauses between attempts: each twice the one before up to a limit, with jitter so that cameras do not return in step.</summary>
internal sealed class BackOff(TimeSpan first, TimeSpan most, Func<double> random)
{
    private const double Jitter = 0.2;

    private int _attempts;

    /// <summary>The next pause, ±20 %.</summary>
    public TimeSpan Next()
    {
        var pause = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(_attempts++, 30)), most.TotalSeconds);
        return TimeSpan.FromSeconds(pause * (1 - Jitter + (2 * Jitter * random())));
    }

    /// <summary>The last attempt went well.</summary>
    public void Reset() => _attempts = 0;
}
