using Appliance.Core.Frames;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Preprocessing;

namespace Appliance.UnitTests.Inference.Preprocessing;

public class FrameScalerTests
{
    // Weights between rows have 8 bits, shared with the window's area: coarse at 11:1, and noise shows all of it.
    private const double Tolerance = 5;

    [Theory]
    [InlineData(128, 72, 64)] // 2:1 luma, 1:1 chroma: the path of 720p
    [InlineData(192, 108, 64)] // 3:1 luma, 3:2 chroma: 1080p
    [InlineData(64, 36, 64)] // 1:1 luma, chroma enlarged
    [InlineData(70, 57, 64)] // 1.09:1 and odd sizes
    [InlineData(250, 131, 64)] // 3.9:1
    [InlineData(700, 400, 64)] // 11:1
    public void Write_AnyRatioAndLayout_MatchesTheDefinition(int width, int height, int longSide)
    {
        foreach (var format in new[] { PixelFormat.I420, PixelFormat.Nv12 })
        {
            var frame = StridedFrame.Noise(width, height, format, ColorSpace.Bt709Limited, padding: 13);
            var box = Letterbox.Fit(width, height, longSide, 32);
            var tensor = Scaled(frame, box, ChannelOrder.Bgr);

            for (var y = 0; y < box.ScaledHeight; y += 3)
            {
                for (var x = 0; x < box.ScaledWidth; x++)
                {
                    var (red, green, blue) = Reference(frame, box, x, y);
                    Assert.Equal(blue, At(tensor, box, 0, x, y), Tolerance);
                    Assert.Equal(green, At(tensor, box, 1, x, y), Tolerance);
                    Assert.Equal(red, At(tensor, box, 2, x, y), Tolerance);
                }
            }
        }
    }

    [Fact]
    public void Write_SamePictureInBothLayouts_GivesEqualTensors()
    {
        var box = Letterbox.Fit(150, 90, 64, 32);

        var planar = Scaled(StridedFrame.Noise(150, 90, PixelFormat.I420, ColorSpace.Bt601Limited, padding: 0), box, ChannelOrder.Rgb);
        var interleaved = Scaled(StridedFrame.Noise(150, 90, PixelFormat.Nv12, ColorSpace.Bt601Limited, padding: 31), box, ChannelOrder.Rgb);

        Assert.Equal(planar, interleaved);
    }

    [Fact]
    public void Write_SmallerPicture_PaintsTheRestBlack()
    {
        var box = Letterbox.Fit(40, 20, 64, 32);
        var scaler = new FrameScaler(box, PixelFormat.I420, ColorSpace.Bt601Full, Contracts.Input(mean: 100, scale: 0.5f));
        var tensor = new float[3 * box.Width * box.Height];
        tensor.AsSpan().Fill(float.NaN);

        scaler.Write(StridedFrame.Flat(40, 20, 200, 128, 128), tensor);

        Assert.Equal((64, 32), (box.Width, box.Height));
        for (var plane = 0; plane < 3; plane++)
        {
            Assert.Equal((200 - 100) * 0.5, At(tensor, box, plane, 39, 19), 0.01);
            Assert.Equal((0 - 100) * 0.5, At(tensor, box, plane, 40, 19), 0.01);
            Assert.Equal((0 - 100) * 0.5, At(tensor, box, plane, 0, 20), 0.01);
        }

        Assert.DoesNotContain(tensor, float.IsNaN);
    }

    [Fact]
    public void Write_FineStripes_AveragesThemInsteadOfPickingSome()
    {
        var frame = StridedFrame.Flat(192, 96, 0, 128, 128);
        for (var y = 0; y < 96; y++)
        {
            for (var x = 0; x < 192; x += 3)
                frame.SetLuma(x + 1, y, 240);
        }

        var box = Letterbox.Fit(192, 96, 64, 32);
        var tensor = Scaled(frame, box, ChannelOrder.Bgr);

        Assert.Equal(80, At(tensor, box, 0, 20, 10), 0.5);
    }

    private static float[] Scaled(StridedFrame frame, Letterbox box, ChannelOrder channels)
    {
        var scaler = new FrameScaler(box, frame.Format, frame.ColorSpace, Contracts.Input(channels: channels));
        var tensor = new float[3 * box.Width * box.Height];
        scaler.Write(frame, tensor);
        return tensor;
    }

    private static float At(float[] tensor, Letterbox box, int plane, int x, int y) =>
        tensor[(plane * box.Width * box.Height) + (y * box.Width) + x];

    /// <summary>The definition, written for the eye: a window centred on the pixel, averaged in both directions.</summary>
    private static (double Red, double Green, double Blue) Reference(StridedFrame frame, Letterbox box, int x, int y)
    {
        var matrix = ColorMatrix.For(frame.ColorSpace);
        var luma = matrix.Gain * (Average(frame, 0, frame.Width, frame.Height, box, x, y) - matrix.Black);
        var (chromaWidth, chromaHeight) = ((frame.Width + 1) / 2, (frame.Height + 1) / 2);
        var u = Average(frame, 1, chromaWidth, chromaHeight, box, x, y) - 128;
        var v = Average(frame, 2, chromaWidth, chromaHeight, box, x, y) - 128;
        return (
            Math.Clamp(luma + (matrix.RedV * v), 0, 255),
            Math.Clamp(luma + (matrix.GreenU * u) + (matrix.GreenV * v), 0, 255),
            Math.Clamp(luma + (matrix.BlueU * u), 0, 255));
    }

    private static double Average(StridedFrame frame, int component, int width, int height, Letterbox box, int x, int y)
    {
        var sum = 0.0;
        foreach (var (row, rowWeight) in Window(height, box.ScaledHeight, y))
        {
            foreach (var (column, columnWeight) in Window(width, box.ScaledWidth, x))
                sum += frame.Sample(component, column, row) * rowWeight * columnWeight;
        }

        return sum;
    }

    private static IEnumerable<(int Index, double Weight)> Window(int source, int target, int position)
    {
        var ratio = (double)source / target;
        var size = Math.Max(1, (int)Math.Round(ratio, MidpointRounding.AwayFromZero));
        var start = Math.Clamp(((position + 0.5) * ratio) - (size / 2.0), 0, source - size);
        var first = (int)start;
        var fraction = start - first;
        for (var k = 0; k <= size; k++)
            yield return (first + k, (k == 0 ? 1 - fraction : k == size ? fraction : 1) / size);
    }
}
