using System.ComponentModel.DataAnnotations;

namespace Appliance.Daemon.Pipeline;

/// <summary>How much of the machine recognition may use.</summary>
public sealed class PipelineOptions
{
    /// <summary>
    /// Inference workers; cameras are spread over them (1 to 16). Each has its own detector and embedder buffers. One keeps up
    /// with about 8 cameras at 10 frames/s on a current x64 core.
    /// </summary>
    [Range(1, 16)]
    public int Workers { get; init; } = 1;

    /// <summary>How long a stopping daemon may take to write alerts that wait (1 s to 5 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
