namespace Appliance.Core.Tracking;

/// <summary>
/// Kalman filter of one coordinate with constant velocity, driven by white-noise acceleration (Bar-Shalom, Li, Kirubarajan
/// 2001, 6.2.2), for steps of any length. SORT's eight-dimensional filter has block-diagonal noise, so it is exactly four of these.
/// </summary>
internal struct KalmanAxis
{
    private float _pp;
    private float _pv;
    private float _vv;

    public float Position { get; private set; }

    public float Velocity { get; private set; }

    /// <summary>Variance of <see cref="Position"/>.</summary>
    public readonly float Variance => _pp;

    public static KalmanAxis Begin(float position, float positionVariance, float velocityVariance) =>
        new() { Position = position, _pp = positionVariance, _vv = velocityVariance };

    /// <param name="seconds">Length of the step.</param>
    /// <param name="density">Spectral density of the acceleration, (px/s²)²·s.</param>
    public void Predict(float seconds, float density)
    {
        Position += Velocity * seconds;
        _pp += (seconds * ((2 * _pv) + (seconds * _vv))) + (density * seconds * seconds * seconds / 3);
        _pv += (seconds * _vv) + (density * seconds * seconds / 2);
        _vv += density * seconds;
    }

    /// <param name="measured">Where it was seen.</param>
    /// <param name="variance">Of the measurement.</param>
    public void Correct(float measured, float variance)
    {
        var total = _pp + variance;
        var gain = _pp / total;
        var gainVelocity = _pv / total;
        var innovation = measured - Position;
        Position += gain * innovation;
        Velocity += gainVelocity * innovation;
        _vv -= gainVelocity * _pv;
        _pv -= gainVelocity * _pp;
        _pp -= gain * _pp;
    }
}
