using Appliance.Core.Detection;
using Appliance.Core.Frames;

namespace Appliance.Core.Evidence.Pictures;

/// <summary>A face with its surroundings, cut out of a frame.</summary>
public static class FaceCrop
{
    /// <summary>Of the box's size, on each side: the whole head and the collar.</summary>
    private const float Margin = 0.5f;

    private const int Smallest = 16;

    /// <summary>The part of the frame in pixels, on even borders; null when the box lies outside.</summary>
    public static (int X, int Y, int Width, int Height)? Area(int frameWidth, int frameHeight, in Box face)
    {
        var left = (int)Math.Clamp(face.X - (Margin * face.Width), 0, frameWidth) & ~1;
        var top = (int)Math.Clamp(face.Y - (Margin * face.Height), 0, frameHeight) & ~1;
        var right = (int)Math.Clamp(face.Right + (Margin * face.Width), 0, frameWidth) & ~1;
        var bottom = (int)Math.Clamp(face.Bottom + (Margin * face.Height), 0, frameHeight) & ~1;
        return right - left < Smallest || bottom - top < Smallest ? null : (left, top, right - left, bottom - top);
    }

    /// <summary>A copy of that part, which the caller disposes.</summary>
    public static PooledFrame Cut(PooledFrame from, (int X, int Y, int Width, int Height) area)
    {
        var crop = new PooledFrame(area.Width, area.Height, from.ColorSpace);
        crop.Stamp(from.Camera, from.Sequence, from.MediaTime, from.CapturedAt, from.CapturedTimestamp);
        for (var plane = 0; plane < 3; plane++)
        {
            var shift = plane == 0 ? 0 : 1;
            var (width, height) = (area.Width >> shift, area.Height >> shift);
            for (var y = 0; y < height; y++)
            {
                from.Plane(plane).Slice((((area.Y >> shift) + y) * from.Stride(plane)) + (area.X >> shift), width)
                    .CopyTo(crop.Writable(plane)[(y * crop.Stride(plane))..]);
            }
        }

        return crop;
    }
}
