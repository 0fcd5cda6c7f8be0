using Appliance.Core.Frames;

namespace Appliance.Capture.Cameras;

/// <summary>Tells for how long the picture has not changed, by a hash of a sparse sample of its luma.</summary>
internal sealed class FrozenPicture
{
    private const int Rows = 32;
    private const int Columns = 64;

    private ulong _hash;
    private long _changedAt;
    private bool _hasPicture;

    /// <summary>The timestamp (<see cref="Frame.CapturedTimestamp"/>) of the last picture that differed from the one before it.</summary>
    public long ChangedAt => _changedAt;

    public void Reset() => _hasPicture = false;

    public void See(Frame frame)
    {
        var hash = Hash(frame);
        if (_hasPicture && hash == _hash)
            return;

        _hasPicture = true;
        _hash = hash;
        _changedAt = frame.CapturedTimestamp;
    }

    // FNV-1a over an even grid. A sensor's noise changes some of 2,048 samples in every frame.
    private static ulong Hash(Frame frame)
    {
        var luma = frame.Plane(0);
        var stride = frame.Stride(0);
        var hash = 14695981039346656037UL;
        for (var row = 0; row < Rows; row++)
        {
            var line = luma.Slice((int)((long)row * (frame.Height - 1) / (Rows - 1)) * stride, frame.Width);
            for (var column = 0; column < Columns; column++)
                hash = (hash ^ line[(int)((long)column * (frame.Width - 1) / (Columns - 1))]) * 1099511628211UL;
        }

        return hash;
    }
}
