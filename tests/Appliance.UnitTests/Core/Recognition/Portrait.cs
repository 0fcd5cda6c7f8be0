using System.Numerics;
using Appliance.Core.Detection;
using Appliance.Core.Frames;

namespace Appliance.UnitTests.Core.Recognition;

/// <summary>Something face-shaped to measure: a rigid head in front of a far camera, with seeded texture of all scales.</summary>
internal sealed class Portrait
{
    // Millimetres; x to the right of the picture, y down, z towards the camera.
    private static readonly Vector3[] s_points =
        [new(-31, 0, 0), new(31, 0, 0), new(0, 39, 28), new(-25, 67, 9), new(25, 67, 9)];

    public float EyeDistance { get; init; } = 60;

    public Vector2 Centre { get; init; } = new(320, 240);

    public float Yaw { get; init; }

    public float Pitch { get; init; }

    public float Roll { get; init; }

    public float Brightness { get; init; } = 0.5f;

    public float Contrast { get; init; } = 0.15f;

    /// <summary>Radius of the blur in eye distances.</summary>
    public float Blur { get; init; }

    public float Score { get; init; } = 0.9f;

    public FaceDetection Face
    {
        get
        {
            var turn = Matrix4x4.CreateRotationX(Radians(Pitch)) * Matrix4x4.CreateRotationY(Radians(Yaw)) *
                Matrix4x4.CreateRotationZ(Radians(Roll));
            var points = s_points.Select(point => Vector3.Transform(point - new Vector3(0, 35, 0), turn) * (EyeDistance / 62))
                .Select(point => Centre + new Vector2(point.X, point.Y)).ToArray();
            var box = new Box(Centre.X - EyeDistance, Centre.Y - (1.25f * EyeDistance), 2 * EyeDistance, 2.5f * EyeDistance);
            return new(box, new(points[0], points[1], points[2], points[3], points[4]), Score);
        }
    }

    public PooledFrame Draw(int width = 640, int height = 480)
    {
        var frame = new PooledFrame(width, height, ColorSpace.Bt601Full);
        var luma = frame.Writable(0);
        var random = new Random(5);
        Span<(double U, double V, double Phase, double Gain)> waves = stackalloc (double, double, double, double)[16];
        var power = 0.0;
        foreach (ref var wave in waves)
        {
            var length = 0.06 * Math.Pow(20, random.NextDouble());
            var angle = random.NextDouble() * Math.PI;
            power += length * length;

            // Each wave loses what a Gaussian blur of that radius takes from it.
            var gain = length * Math.Exp(-2 * Math.Pow(Math.PI * Blur / length, 2));
            wave = (2 * Math.PI / length * Math.Cos(angle), 2 * Math.PI / length * Math.Sin(angle), random.NextDouble() * 6, gain);
        }

        // Only where a face is measured: this is most of the tests' time.
        var scale = Contrast * Math.Sqrt(2) / Math.Sqrt(power);
        luma.Fill((byte)(255 * Brightness));
        for (var y = Math.Max(0, (int)(Centre.Y - (1.2f * EyeDistance))); y < Math.Min(height, Centre.Y + (1.2f * EyeDistance)); y++)
        {
            for (var x = Math.Max(0, (int)(Centre.X - (1.2f * EyeDistance))); x < Math.Min(width, Centre.X + (1.2f * EyeDistance)); x++)
            {
                var (u, v) = ((x - Centre.X) / EyeDistance, (y - Centre.Y) / EyeDistance);
                var value = (double)Brightness;
                foreach (ref var wave in waves)
                    value += wave.Gain * scale * Math.Sin((wave.U * u) + (wave.V * v) + wave.Phase);
                luma[(y * width) + x] = (byte)Math.Clamp(Math.Round(255 * value), 0, 255);
            }
        }

        return frame;
    }

    private static float Radians(float degrees) => degrees * MathF.PI / 180;
}
