using Appliance.Core.Frames;

namespace Appliance.Core.Analysis;

/// <summary>
/// Notices that the picture became another one between two frames: a cut in a file, a PTZ preset, a turned camera, light switched
/// on. Motion alone cannot tell that from a face that moved, and a track that goes on over a cut hands one person's name to
/// another. Looks at 384 points of the luma; allocates nothing.
/// </summary>
public sealed class CutDetector
{
    private const int Columns = 24;
    private const int Rows = 16;

    // On short_hamilton_clip.mp4 the three cuts change 60–66 % of the points, the liveliest motion 27 %.
    private const float CutShare = 0.45f;

    private byte[] _now = new byte[Columns * Rows];
    private byte[] _before = new byte[Columns * Rows];
    private bool _hasBefore;

    /// <summary>Takes the next frame of a camera; true when it shows another scene than the one before.</summary>
    public bool IsCut(Frame frame)
    {
        Sample(frame);
        var changed = 0;
        for (var i = 0; i < _now.Length; i++)
        {
            // Noise and gain scale with the light: a dark picture changes by few levels, a bright one by many.
            var limit = 6 + (0.15f * Math.Max(_now[i], _before[i]));
            if (Math.Abs(_now[i] - _before[i]) > limit)
                changed++;
        }

        var isCut = _hasBefore && changed > CutShare * _now.Length;
        (_now, _before) = (_before, _now);
        _hasBefore = true;
        return isCut;
    }

    private void Sample(Frame frame)
    {
        var luma = frame.Plane(0);
        var stride = frame.Stride(0);
        for (var row = 0; row < Rows; row++)
        {
            var line = luma.Slice(((row * frame.Height) + (frame.Height / 2)) / Rows * stride, frame.Width);
            for (var column = 0; column < Columns; column++)
                _now[(row * Columns) + column] = line[((column * frame.Width) + (frame.Width / 2)) / Columns];
        }
    }
}
