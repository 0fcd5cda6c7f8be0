using System.Numerics;
using Appliance.Core.Frames;
using Appliance.Scene.Heads;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Sites;

/// <summary>What a camera sees when nobody is there: sky, a wall with a gate, pavement. Painted once per camera.</summary>
internal sealed class Backdrop
{
    private readonly PooledFrame _picture;

    private Backdrop(PooledFrame picture) => _picture = picture;

    /// <param name="width">Pixels, even.</param>
    /// <param name="height">Pixels, even.</param>
    /// <param name="horizon">Row where wall and pavement meet.</param>
    /// <param name="seed">Kind and colour of wall, place of the gate.</param>
    /// <param name="light">Share of daylight.</param>
    public static Backdrop Paint(int width, int height, float horizon, ulong seed, float light = 1)
    {
        var site = new Site(width, height, horizon, seed);
        var picture = new PooledFrame(width, height);
        var luma = picture.Writable(0);
        var u = picture.Writable(1);
        var v = picture.Writable(2);
        for (var y = 0; y < height; y += 2)
        {
            for (var x = 0; x < width; x += 2)
            {
                int red = 0, green = 0, blue = 0;
                for (var quarter = 0; quarter < 4; quarter++)
                {
                    int px = x + (quarter & 1), py = y + (quarter >> 1);
                    var packed = Canvas.Pack(site.Colour(px, py) * light);
                    int r = (int)(packed & 255), g = (int)((packed >> 8) & 255), b = (int)((packed >> 16) & 255);
                    luma[(py * width) + px] = (byte)((((66 * r) + (129 * g) + (25 * b) + 128) >> 8) + 16);
                    (red, green, blue) = (red + r, green + g, blue + b);
                }

                var chroma = (y / 2 * (width / 2)) + (x / 2);
                u[chroma] = (byte)((((-38 * red) - (74 * green) + (112 * blue)) >> 10) + 128);
                v[chroma] = (byte)((((112 * red) - (94 * green) - (18 * blue)) >> 10) + 128);
            }
        }

        return new Backdrop(picture);
    }

    public void CopyTo(PooledFrame frame)
    {
        for (var plane = 0; plane < 3; plane++)
            _picture.Plane(plane).CopyTo(frame.Writable(plane));
    }

    private readonly struct Site
    {
        private readonly float _width, _height, _horizon, _gate, _course, _eave;
        private readonly Vector3 _wall, _pavement;
        private readonly uint _pattern;
        private readonly bool _brick;

        public Site(int width, int height, float horizon, ulong seed)
        {
            var random = SeededRandom.For(seed, 0x517E);
            (_width, _height, _horizon) = (width, height, horizon);
            _brick = random.NextSingle() < 0.5f;
            _wall = _brick
                ? new Vector3(0.26f, 0.13f, 0.09f) * random.Between(0.8f, 1.3f)
                : new Vector3(0.36f, 0.35f, 0.33f) * random.Between(0.7f, 1.25f);
            _pavement = new Vector3(0.21f, 0.21f, 0.20f) * random.Between(0.8f, 1.3f);
            _gate = random.Between(0.12f, 0.62f) * width;
            _course = height / (_brick ? 34f : 7f);
            _eave = height * random.Between(0.04f, 0.12f);
            _pattern = (uint)random.NextUInt64();
        }

        public Vector3 Colour(int x, int y)
        {
            var stain = ValueNoise.Fractal(x * 9f / _width, y * 9f / _width, 0, _pattern);
            var grain = ValueNoise.At(x * 0.6f, y * 0.6f, _pattern + 1) * 0.05f;
            if (y >= _horizon)
                return Pavement(x, y) * (1 + (0.12f * stain) + grain);

            if (y < _eave)
                return new Vector3(0.52f, 0.60f, 0.72f) * (1 + (0.15f * stain));

            var shadow = 1 - (0.35f * Ramp.Smooth(_eave + (_height * 0.05f), _eave, y)) - (0.25f * Ramp.Smooth(_horizon - (_height * 0.04f), _horizon, y));
            var gate = _width * 0.24f;
            var inGate = x - _gate;
            if (inGate >= 0 && inGate < gate && y > _height * 0.18f)
                return Gate(inGate, gate, y) * shadow * (1 + (0.08f * stain) + grain);

            return Wall(x, y) * shadow * (1 + (0.22f * stain) + grain);
        }

        private Vector3 Wall(int x, int y)
        {
            var course = MathF.Floor(y / _course);
            var brick = _course * (_brick ? 3f : 2.2f);
            var along = (x / brick) + ((int)course % 2 == 0 ? 0 : 0.5f);
            var inBrick = along - MathF.Floor(along);
            var inCourse = (y / _course) - course;
            var joint = _brick ? 0.12f : 0.02f;
            if (inCourse < joint || inBrick < joint / 3)
                return _wall * (_brick ? 1.35f : 0.7f);

            return _wall * (1 + (0.22f * ValueNoise.At(MathF.Floor(along) * 7.3f, course * 5.1f, _pattern + 2)));
        }

        private Vector3 Gate(float x, float width, int y)
        {
            var steel = new Vector3(0.11f, 0.13f, 0.14f);
            var frame = width * 0.035f;
            if (x < frame || x > width - frame || y < (_height * 0.18f) + frame)
                return steel * 0.6f;

            var slat = width / 14;
            var within = (x % slat) / slat;
            return steel * (within < 0.12f ? 0.45f : 0.85f + (0.3f * within));
        }

        private Vector3 Pavement(int x, int y)
        {
            var depth = (y - _horizon + (_height * 0.08f)) / _height;
            var z = 1.2f / depth;
            var side = (x - (_width / 2)) / _width / depth * 2.2f;
            var joint = Math.Min(MathF.Abs(z - MathF.Round(z)) / z * 6, MathF.Abs(side - MathF.Round(side)) * 4);
            var tile = 1 + (0.10f * ValueNoise.At(MathF.Floor(z + 0.5f) * 3.1f, MathF.Floor(side + 0.5f) * 4.7f, _pattern + 3));
            return _pavement * tile * Ramp.Lerp(0.72f, 1f, Ramp.Smooth(0, 0.12f, joint));
        }
    }
}
