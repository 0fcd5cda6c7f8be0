using Appliance.Core.Frames;

namespace Appliance.Core.Cameras;

/// <summary>Where a camera puts its frames. The pipeline implements it with a small bounded queue per camera.</summary>
public interface IFrameSink
{
    /// <summary>
    /// Takes ownership of <paramref name="frame"/>. Called on the camera's streaming thread: never blocks, never throws; when
    /// the queue is full the oldest frame is disposed and counted.
    /// </summary>
    void Accept(Frame frame);
}
