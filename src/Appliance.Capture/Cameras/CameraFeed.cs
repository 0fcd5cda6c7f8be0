using Appliance.Core.Cameras;
using Appliance.Core.Frames;

namespace Appliance.Capture.Cameras;

/// <summary>What a source talks to during one opening of the camera.</summary>
internal sealed class CameraFeed(CameraMonitor monitor, IFrameSink sink, FrozenPicture? frozen)
{
    /// <summary>A decoded frame to be analysed; ownership goes to the sink.</summary>
    public void Deliver(Frame frame)
    {
        frozen?.See(frame);
        monitor.FrameArrived(frame);
        sink.Accept(frame);
    }

    /// <summary>A decoded frame above the analysis rate.</summary>
    public void Skip() => monitor.FrameSkipped();

    /// <summary>An encoded packet arrived.</summary>
    public void Packet() => monitor.PacketArrived();

    /// <summary>What is known about the stream; called whenever it may have changed.</summary>
    public void Describe(string codec, string decoder, long decodeErrors) => monitor.Describe(codec, decoder, decodeErrors);
}
