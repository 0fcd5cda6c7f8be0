using Appliance.Core.Detection;

namespace Appliance.Core.Tracking;

/// <summary>
/// Where a face is and where it is going: centre, width and height, each with its velocity. All noise is in units of the
/// face's own size ("faces"), so one set of numbers serves near and far faces, whatever the resolution.
/// </summary>
internal struct FaceMotion
{
    // A head is about 0.16 m wide: a brisk walk of 1.6 m/s crosses ten faces per second; in
    // a second, steps to the side and changes of pace add up to three.
    private const float StartSpeed = 4;
    private const float Acceleration = 3;

    // Faces grow and shrink slowly: 1.4 m/s towards a camera five metres away is 0.3 per second.
    private const float StartGrowth = 0.3f;
    private const float GrowthChange = 0.4f;

    // Box jitter of the detector, standard deviation in faces: sure detections, and what is added for unsure ones.
    private const float Jitter = 0.05f;
    private const float JitterUnsure = 0.12f;
    private const float SizeJitter = 0.1f;

    private KalmanAxis _x;
    private KalmanAxis _y;
    private KalmanAxis _width;
    private KalmanAxis _height;

    /// <summary>Side of a square as large as the face, px.</summary>
    public readonly float Size => MathF.Sqrt(Math.Max(1, _width.Position) * Math.Max(1, _height.Position));

    public readonly Box Box
    {
        get
        {
            var width = Math.Max(1, _width.Position);
            var height = Math.Max(1, _height.Position);
            return new(_x.Position - (width / 2), _y.Position - (height / 2), width, height);
        }
    }

    public static FaceMotion Begin(in FaceDetection face)
    {
        var size = Math.Max(1, MathF.Sqrt(face.Box.Area));
        var position = Square(size * JitterOf(face.Score));
        var side = Square(size * SizeJitter);
        var speed = Square(size * StartSpeed);
        var growth = Square(size * StartGrowth);
        return new()
        {
            _x = KalmanAxis.Begin(face.Box.X + (face.Box.Width / 2), position, speed),
            _y = KalmanAxis.Begin(face.Box.Y + (face.Box.Height / 2), position, speed),
            _width = KalmanAxis.Begin(face.Box.Width, side, growth),
            _height = KalmanAxis.Begin(face.Box.Height, side, growth),
        };
    }

    public void Predict(float seconds)
    {
        var size = Size;
        _x.Predict(seconds, Square(size * Acceleration));
        _y.Predict(seconds, Square(size * Acceleration));
        _width.Predict(seconds, Square(size * GrowthChange));
        _height.Predict(seconds, Square(size * GrowthChange));
    }

    public void Correct(in FaceDetection face)
    {
        var size = Size;
        var position = Square(size * JitterOf(face.Score));
        var side = Square(size * SizeJitter);
        _x.Correct(face.Box.X + (face.Box.Width / 2), position);
        _y.Correct(face.Box.Y + (face.Box.Height / 2), position);
        _width.Correct(face.Box.Width, side);
        _height.Correct(face.Box.Height, side);
    }

    /// <summary>
    /// How unlikely it is that this face is now seen as <paramref name="face"/>: −2 ln of the likelihood, lengths in faces, without
    /// constants. Overlap says nothing between small boxes that move more than their own width per frame; a likelihood does,
    /// and it weighs by itself that a lost track may be anywhere (wide, so dear) and a steady one must be near.
    /// </summary>
    public readonly float Surprise(in FaceDetection face, out float distance)
    {
        var size = Size;
        var jitter = Square(size * JitterOf(face.Score));
        var scale = 1 / Square(size);
        var varianceX = _x.Variance + jitter;
        var varianceY = _y.Variance + jitter;
        var x = face.Box.X + (face.Box.Width / 2) - _x.Position;
        var y = face.Box.Y + (face.Box.Height / 2) - _y.Position;
        distance = (x * x / varianceX) + (y * y / varianceY);

        var side = Square(size * SizeJitter);
        var width = Square(face.Box.Width - _width.Position) / (_width.Variance + side);
        var height = Square(face.Box.Height - _height.Position) / (_height.Variance + side);
        return distance + MathF.Log(varianceX * scale * varianceY * scale) + ((width + height) / 2);
    }

    private static float JitterOf(float score) => Jitter + (JitterUnsure * (1 - Math.Clamp(score, 0, 1)));

    private static float Square(float value) => value * value;
}
