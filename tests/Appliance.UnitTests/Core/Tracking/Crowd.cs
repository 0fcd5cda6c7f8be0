using Appliance.Core.Detection;
using Appliance.Core.Tracking;

namespace Appliance.UnitTests.Core.Tracking;

/// <summary>
/// A seeded crowd in a 1280 × 720 picture: people cross it on bent paths at walking speed, each who leaves makes room for
/// somebody new, and the detector jitters, misses, is unsure when one face hides another, and now and then sees a face that is not there.
/// </summary>
internal sealed class Crowd
{
    private readonly Random _random;
    private readonly double _fps;
    private readonly List<Walker> _walkers = [];
    private int _nextId;

    public Crowd(int seed, int people, double fps)
    {
        _random = new(seed);
        _fps = fps;
        for (; _nextId < people; _nextId++)
            _walkers.Add(new(_nextId, _random, enters: false));
    }

    /// <summary>Share of sightings the detector misses without any reason.</summary>
    public double MissRate { get; init; } = 0.05;

    /// <summary>False faces per frame.</summary>
    public double FalseRate { get; init; } = 0.05;

    /// <summary>The next frame: detections, shuffled, and whose they are (−1: nobody's).</summary>
    public (FaceDetection[] Faces, int[] Owners) Next()
    {
        var seen = new List<(FaceDetection Face, int Owner)>();
        for (var i = 0; i < _walkers.Count; i++)
        {
            _walkers[i].Step(1 / _fps, _random);
            if (_walkers[i].HasLeft)
                _walkers[i] = new(_nextId++, _random, enters: true);
        }

        foreach (var walker in _walkers)
        {
            if (!walker.IsInside || _random.NextDouble() < MissRate)
                continue;

            // Nearer faces are larger: they hide those behind them.
            var hidden = _walkers.Where(other => other != walker && other.IsInside && other.Size > walker.Size)
                .Select(other => Covered(walker.Box, other.Box)).DefaultIfEmpty(0).Max();
            if (hidden > 0.6)
                continue;

            var score = (float)Math.Clamp(0.9 - (0.9 * hidden) - (0.08 * Math.Abs(Gauss())), 0.05, 0.99);
            seen.Add((Detect(walker.Box, score), walker.Id));
        }

        if (_random.NextDouble() < FalseRate)
        {
            var size = 20 + (_random.NextDouble() * 60);
            seen.Add((Detect(new((float)(_random.NextDouble() * 1200), (float)(_random.NextDouble() * 650), (float)size, (float)size), 0.62f), -1));
        }

        var order = seen.ToArray();
        _random.Shuffle(order);
        return (order.Select(item => item.Face).ToArray(), order.Select(item => item.Owner).ToArray());
    }

    private static double Covered(in Box face, in Box by)
    {
        var width = Math.Min(face.Right, by.Right) - Math.Max(face.X, by.X);
        var height = Math.Min(face.Bottom, by.Bottom) - Math.Max(face.Y, by.Y);
        return width <= 0 || height <= 0 ? 0 : width * height / face.Area;
    }

    private FaceDetection Detect(in Box box, float score)
    {
        var jitter = 0.03 * box.Width;
        return new(
            new(
                (float)(box.X + (jitter * Gauss())), (float)(box.Y + (jitter * Gauss())),
                (float)(box.Width + (jitter * Gauss())), (float)(box.Height + (jitter * Gauss()))),
            default,
            score);
    }

    private double Gauss() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private sealed class Walker
    {
        private double _x;
        private double _y;
        private double _vx;
        private double _vy;

        public Walker(int id, Random random, bool enters)
        {
            Id = id;
            Size = 28 + (random.NextDouble() * 40);

            // 1.0 to 1.7 m/s with heads of 0.16 m.
            _vx = (random.Next(2) == 0 ? -1 : 1) * Size * (6 + (random.NextDouble() * 4.5));
            _vy = Size * (random.NextDouble() - 0.5);
            _x = !enters ? random.NextDouble() * (1280 - Size) : _vx > 0 ? -Size : 1280;
            _y = 100 + (random.NextDouble() * 450);
        }

        public int Id { get; }

        public double Size { get; }

        public bool IsInside => _x > 0 && _x < 1280 - Size && _y > 0 && _y < 720 - (1.25 * Size);

        public bool HasLeft => (_x > 1280 - Size && _vx > 0) || (_x < 0 && _vx < 0);

        public Box Box => new((float)_x, (float)_y, (float)Size, (float)(1.25 * Size));

        public void Step(double seconds, Random random)
        {
            _x += _vx * seconds;
            _y += _vy * seconds;
            _vx += (random.NextDouble() - 0.5) * Size * 6 * seconds;
            _vy += (random.NextDouble() - 0.5) * Size * 6 * seconds;
            if ((_y < 20 && _vy < 0) || (_y > 640 && _vy > 0))
                _vy = -_vy;
        }
    }
}
