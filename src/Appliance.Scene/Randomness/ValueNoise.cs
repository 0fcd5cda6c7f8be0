namespace Appliance.Scene.Randomness;

/// <summary>Smooth lattice noise in −1..1: skin, hair strands, walls and cloth get their irregularity from it.</summary>
internal static class ValueNoise
{
    public static float At(float x, float y, float z, uint seed)
    {
        var fx = MathF.Floor(x);
        var fy = MathF.Floor(y);
        var fz = MathF.Floor(z);
        int ix = (int)fx, iy = (int)fy, iz = (int)fz;
        var tx = Fade(x - fx);
        var ty = Fade(y - fy);
        var tz = Fade(z - fz);
        var near = Bilinear(
            Lattice(ix, iy, iz, seed), Lattice(ix + 1, iy, iz, seed),
            Lattice(ix, iy + 1, iz, seed), Lattice(ix + 1, iy + 1, iz, seed), tx, ty);
        var far = Bilinear(
            Lattice(ix, iy, iz + 1, seed), Lattice(ix + 1, iy, iz + 1, seed),
            Lattice(ix, iy + 1, iz + 1, seed), Lattice(ix + 1, iy + 1, iz + 1, seed), tx, ty);
        return near + ((far - near) * tz);
    }

    public static float At(float x, float y, uint seed)
    {
        var fx = MathF.Floor(x);
        var fy = MathF.Floor(y);
        int ix = (int)fx, iy = (int)fy;
        return Bilinear(
            Lattice(ix, iy, 0, seed), Lattice(ix + 1, iy, 0, seed),
            Lattice(ix, iy + 1, 0, seed), Lattice(ix + 1, iy + 1, 0, seed), Fade(x - fx), Fade(y - fy));
    }

    /// <summary>Three octaves, each half as strong and twice as fine.</summary>
    public static float Fractal(float x, float y, float z, uint seed) =>
        (At(x, y, z, seed) * 0.57f) + (At(x * 2.03f, y * 2.03f, z * 2.03f, seed + 1) * 0.29f)
        + (At(x * 4.01f, y * 4.01f, z * 4.01f, seed + 2) * 0.14f);

    private static float Fade(float t) => t * t * (3 - (2 * t));

    private static float Bilinear(float a, float b, float c, float d, float tx, float ty)
    {
        var top = a + ((b - a) * tx);
        var bottom = c + ((d - c) * tx);
        return top + ((bottom - top) * ty);
    }

    private static float Lattice(int x, int y, int z, uint seed)
    {
        var h = ((uint)x * 0x8DA6B343u) ^ ((uint)y * 0xD8163841u) ^ ((uint)z * 0xCB1AB31Fu) ^ (seed * 0x9E3779B9u);
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        h = (h ^ (h >> 12)) * 0x297A2D39u;
        h ^= h >> 15;
        return (h * (2f / 4294967296f)) - 1;
    }
}
