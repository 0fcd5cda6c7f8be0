using Appliance.Core.Frames;
using Appliance.Core.Rules;

namespace Appliance.Core.Analysis;

/// <summary>Figures of one picture, from a few hundred points of it.</summary>
/// <param name="Mean">Of the luma, 0..255.</param>
/// <param name="Contrast">Standard deviation of the luma.</param>
/// <param name="Detail">Mean difference of neighbouring pixels, a measure of sharpness.</param>
/// <param name="Changed">Share of the picture that differs from what it usually shows, 0..1.</param>
public readonly record struct PictureFigures(float Mean, float Contrast, float Detail, float Changed);

/// <summary>
/// Notices that a camera was covered, dazzled, knocked out of focus or turned: cheap statistics of 384 points per frame against what the
/// camera usually shows (a slow mean over minutes, learned only while all is well). A picture that stays different for long
/// becomes the usual one, or a moved shelf would be a fault for ever. Allocates nothing.
/// </summary>
public sealed class PictureCheck
{
    private const int Columns = 24;
    private const int Rows = 16;
    private const int Points = Columns * Rows;

    // Frames before what is seen counts as usual.
    private const int Learning = 50;

    // Weight of a new frame in the slow mean: at 10 frames/s its memory is about a minute.
    private const float Pace = 1f / 600;

    // Difference of luma that is more than noise and shadow.
    private const float Differs = 28;

    private readonly float[] _usual = new float[Points];
    private readonly byte[] _now = new byte[Points];
    private float _usualDetail;
    private int _frames;

    /// <summary>Of the latest picture.</summary>
    public PictureFigures Figures { get; private set; }

    /// <summary>What is usual begins anew, e.g. for a camera that was reopened elsewhere.</summary>
    public void Reset() => _frames = 0;

    /// <summary>Bits of <see cref="TamperKind"/> that hold for this picture.</summary>
    public int Look(Frame frame, PictureOptions options)
    {
        var figures = Measure(frame);
        var faults = 0;
        if (figures.Mean < options.Dark)
            faults |= 1 << (int)TamperKind.Dark;
        else if (figures.Mean > options.Bright)
            faults |= 1 << (int)TamperKind.Bright;
        if (figures.Contrast < options.Flat && figures.Mean >= options.Dark)
            faults |= 1 << (int)TamperKind.Covered;
        if (_frames >= Learning)
        {
            if (faults == 0 && figures.Detail < options.Blurred * _usualDetail)
                faults |= 1 << (int)TamperKind.Blurred;
            if (figures.Changed > options.Changed)
                faults |= 1 << (int)TamperKind.SceneChanged;
        }

        Figures = figures;
        Learn(figures, faults);
        return faults;
    }

    private PictureFigures Measure(Frame frame)
    {
        var luma = frame.Plane(0);
        var stride = frame.Stride(0);
        var (sum, squares, detail, changed) = (0L, 0L, 0L, 0);
        for (var row = 0; row < Rows; row++)
        {
            var y = ((row * frame.Height) + (frame.Height / 2)) / Rows;
            var line = luma.Slice(y * stride, frame.Width);
            for (var column = 0; column < Columns; column++)
            {
                var x = ((column * frame.Width) + (frame.Width / 2)) / Columns;
                var value = line[x];
                var next = line[Math.Min(x + 2, frame.Width - 1)];
                var index = (row * Columns) + column;
                _now[index] = value;
                sum += value;
                squares += value * value;
                detail += Math.Abs(value - next);
                if (Math.Abs(value - _usual[index]) > Differs)
                    changed++;
            }
        }

        var mean = (float)sum / Points;
        return new(
            mean, MathF.Sqrt(Math.Max(0, ((float)squares / Points) - (mean * mean))), (float)detail / Points, (float)changed / Points);
    }

    private void Learn(in PictureFigures figures, int faults)
    {
        // The first frames are a plain mean; afterwards a fault is learned ten times slower than what is well.
        var pace = _frames < Learning ? 1f / (_frames + 1) : faults == 0 ? Pace : Pace / 10;
        for (var i = 0; i < Points; i++)
            _usual[i] += pace * (_now[i] - _usual[i]);
        _usualDetail += pace * (figures.Detail - _usualDetail);
        if (_frames < Learning)
            _frames++;
    }
}
