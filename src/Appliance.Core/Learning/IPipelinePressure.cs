namespace Appliance.Core.Learning;

/// <summary>Whether recognition needs the machine for itself: training waits meanwhile.</summary>
public interface IPipelinePressure
{
    /// <summary>Frames lost so far because the box was busy, all cameras together.</summary>
    long FramesDropped { get; }
}
