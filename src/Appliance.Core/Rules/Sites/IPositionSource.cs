namespace Appliance.Core.Rules.Sites;

/// <summary>Where the box is.</summary>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="AccuracyMetres">Radius in which it really is; 0 = exactly there (configured).</param>
/// <param name="At">When it was measured, UTC.</param>
public sealed record Position(double Latitude, double Longitude, double AccuracyMetres, DateTimeOffset At);

/// <summary>Something that knows where the box is: the configuration, gpsd, a modem. Thread-safe.</summary>
public interface IPositionSource
{
    /// <summary>Name in configuration and health, e.g. <c>gpsd</c>.</summary>
    string Name { get; }

    /// <summary>The latest position; null = not known (yet, or no longer).</summary>
    Position? Current { get; }

    /// <summary>Why there is none; null while there is one.</summary>
    string? WhyNot { get; }
}
