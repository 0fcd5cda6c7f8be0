using Appliance.Core.Learning;
using Appliance.Daemon.Pipeline;

namespace Appliance.Daemon.Learning;

/// <summary>Training sees that the pipeline is short of time by the frames it drops.</summary>
internal sealed class PipelinePressure(AppliancePipeline pipeline) : IPipelinePressure
{
    public long FramesDropped
    {
        get
        {
            long dropped = 0;
            foreach (var camera in pipeline.Cameras.All)
                dropped += camera.Dropped;
            return dropped;
        }
    }
}
