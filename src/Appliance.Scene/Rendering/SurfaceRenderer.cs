using System.Numerics;
using System.Runtime.CompilerServices;

namespace Appliance.Scene.Rendering;

/// <summary>
/// Draws surfaces on a canvas in two steps: first which texel of which surface each sample sees, then the light, once per
/// pixel and surface instead of once per sample. Owns its buffers; one thread at a time.
/// </summary>
internal sealed class SurfaceRenderer
{
    // What a sample sees: 1 bit from behind, 7 bits part number + 1, 12 bits texel row, 12 bits texel column.
    private const int MaxParts = 127;
    private const uint Behind = 1u << 31;

    private readonly ShadowMap _shadows = new();
    private readonly Part[] _parts = new Part[MaxParts];
    private readonly int[] _slots = new int[4];
    private Projected[] _vertices = [];
    private int _count;
    private HeadPose _pose;
    private Light _light;

    private struct Projected
    {
        public float X, Y, Z, U, V;
    }

    private struct Part
    {
        public Surface Surface;
        public int Level;
        public bool Shadowed;
        public Vector3 Towards, Half, Up;
        public Matrix4x4 CameraToShadow;
    }

    /// <summary>Begins a figure. The canvas must be clear, or hold what <see cref="Finish"/> made of another one.</summary>
    /// <param name="pose">From camera space to the picture; its angles are not used.</param>
    /// <param name="light">On everything that is drawn until <see cref="Finish"/>.</param>
    public void Begin(in HeadPose pose, in Light light) => (_count, _pose, _light) = (0, pose, light);

    /// <summary>Draws <paramref name="surfaces"/>, turned and moved by <paramref name="placement"/>.</summary>
    /// <param name="canvas">Drawn into, by depth.</param>
    /// <param name="surfaces">In one common space; what is in front first saves time.</param>
    /// <param name="placement">From that space to camera space; a rotation and a translation.</param>
    /// <param name="texelsPerUnit">Of the finest surface where it faces the camera; chooses the resolution read.</param>
    /// <param name="castShadows">The surfaces shade each other; possible for one call per figure.</param>
    public void Draw(Canvas canvas, Surface[] surfaces, in Matrix4x4 placement, float texelsPerUnit, bool castShadows = false)
    {
        if (!Matrix4x4.Invert(placement, out var back))
            return;

        var towards = Vector3.TransformNormal(_light.Towards, back);
        if (castShadows)
            _shadows.Cast(surfaces, towards);

        var perPixel = texelsPerUnit / _pose.Scale;
        var level = Math.Clamp((int)MathF.Floor(MathF.Log2(Math.Max(perPixel, 1)) + 0.25f), 0, Surface.LevelCount - 1);

        // Triangles of about four samples: smaller ones cost more to set up than to fill.
        var skip = perPixel >= 1.7f ? 2 : 1;
        foreach (var surface in surfaces)
        {
            if (_count == MaxParts)
                throw new InvalidOperationException($"A figure has at most {MaxParts} surfaces.");

            _parts[_count++] = new Part
            {
                Surface = surface,
                Level = surface.Columns >= 128 ? level : Math.Min(level, surface.Rows >= 24 ? 1 : 0),
                Shadowed = castShadows,
                Towards = towards,
                Half = Vector3.Normalize(towards + Vector3.TransformNormal(Vector3.UnitZ, back)),
                Up = Vector3.TransformNormal(Vector3.UnitY, back),
                CameraToShadow = castShadows ? back * _shadows.FromModel : default,
            };
            var ownSkip = surface.VertexColumns >= 64 ? skip : 1;
            Project(canvas, surface, placement, ownSkip);
            Fill(canvas, surface, (uint)_count << 24, ownSkip);
        }
    }

    /// <summary>Lights what was drawn since <see cref="Begin"/>: the canvas then holds colours.</summary>
    public void Finish(Canvas canvas)
    {
        var pixels = canvas.Pixels;
        var depth = canvas.Depth;
        var width = canvas.Width;
        for (var y = 0; y < canvas.Height; y += 2)
        {
            for (var x = 0; x < width; x += 2)
            {
                var i = (y * width) + x;
                if ((pixels[i] | pixels[i + 1] | pixels[i + width] | pixels[i + width + 1]) == 0)
                    continue;

                _slots[0] = i;
                _slots[1] = i + 1;
                _slots[2] = i + width;
                _slots[3] = i + width + 1;
                Pixel(canvas, pixels, depth, x, y);
            }
        }
    }

    /// <summary>The four samples of one pixel: each surface among them is lit once, at the first of its samples.</summary>
    private void Pixel(Canvas canvas, Span<uint> pixels, Span<float> depth, int x, int y)
    {
        Span<uint> seen = [pixels[_slots[0]], pixels[_slots[1]], pixels[_slots[2]], pixels[_slots[3]]];
        for (var k = 0; k < 4; k++)
        {
            if (seen[k] == 0)
                continue;

            var part = seen[k] >> 24;
            var colour = Shade(seen[k], canvas.Left + ((x + (k & 1) + 0.5f) / 2), canvas.Top + ((y + (k >> 1) + 0.5f) / 2), depth[_slots[k]]);
            for (var other = k; other < 4; other++)
            {
                if (seen[other] >> 24 != part)
                    continue;

                pixels[_slots[other]] = colour;
                seen[other] = 0;
            }
        }
    }

    private uint Shade(uint seen, float x, float y, float z)
    {
        ref readonly var part = ref _parts[((seen >> 24) & 127) - 1];
        var columns = part.Surface.Columns >> part.Level;
        var u = (int)(seen & 0xFFF) >> part.Level;
        var v = (int)((seen >> 12) & 0xFFF) >> part.Level;
        v = Math.Min(v, (part.Surface.Rows >> part.Level) - 1);
        ref readonly var texel = ref part.Surface.Level(part.Level)[(v * columns) + Math.Min(u, columns - 1)];
        var normal = (seen & Behind) != 0 ? -texel.Normal : texel.Normal;
        var facing = Vector3.Dot(normal, part.Towards);
        var lit = facing <= -0.2f ? 0f : 1f;
        if (part.Shadowed && lit > 0)
            lit = _shadows.Lit(Vector3.Transform(_pose.Unproject(x, y, z), part.CameraToShadow));

        // Red light travels furthest in skin, so the edge of a shadow is red.
        var red = Math.Max((facing + 0.20f) * (1 / 1.20f), 0);
        var rest = Math.Max((facing + 0.08f) * (1 / 1.08f), 0);
        var direct = new Vector3(red, rest, rest) * lit;
        var up = 0.5f + (0.5f * Vector3.Dot(normal, part.Up));
        var around = (_light.Ground + ((_light.Sky - _light.Ground) * up)) * texel.Openness;
        var shine = Math.Max(Vector3.Dot(normal, part.Half), 0);
        shine *= shine;
        shine *= shine;
        shine *= shine;
        shine *= shine;
        return Canvas.Pack((texel.Albedo * ((_light.Key * direct) + around)) + (_light.Key * (shine * texel.Gloss * 0.28f * lit)));
    }

    private void Project(Canvas canvas, Surface surface, in Matrix4x4 placement, int skip)
    {
        if (_vertices.Length < surface.Vertices.Length)
            _vertices = new Projected[surface.Vertices.Length];

        for (var row = 0; row < surface.VertexRows; row += Next(row, surface.VertexRows, skip))
        {
            for (var column = 0; column < surface.VertexColumns; column += Next(column, surface.VertexColumns, skip))
            {
                var i = (row * surface.VertexColumns) + column;
                var q = Vector3.Transform(surface.Vertices[i], placement);
                var at = _pose.Project(q);
                _vertices[i] = new Projected
                {
                    X = (at.X - canvas.Left) * Canvas.Oversampling,
                    Y = (at.Y - canvas.Top) * Canvas.Oversampling,
                    Z = q.Z,
                    U = surface.TexelX(column),
                    V = surface.TexelY(row),
                };
            }
        }
    }

    /// <summary>Steps of <paramref name="skip"/>, but never past the last one without touching it.</summary>
    private static int Next(int at, int count, int skip) => at + skip < count ? skip : Math.Max(count - 1 - at, 1);

    private void Fill(Canvas canvas, Surface surface, uint part, int skip)
    {
        var columns = surface.VertexColumns;
        for (var row = 0; row + 1 < surface.VertexRows; row += skip)
        {
            var below = Math.Min(row + skip, surface.VertexRows - 1);
            for (var column = 0; column + 1 < columns; column += skip)
            {
                var right = Math.Min(column + skip, columns - 1);
                ref readonly var a = ref _vertices[(row * columns) + column];
                ref readonly var b = ref _vertices[(row * columns) + right];
                ref readonly var c = ref _vertices[(below * columns) + column];
                ref readonly var d = ref _vertices[(below * columns) + right];
                Triangle(canvas, surface, part, a, c, b);
                Triangle(canvas, surface, part, b, c, d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Triangle(Canvas canvas, Surface surface, uint part, in Projected a, in Projected b, in Projected c)
    {
        float abX = b.X - a.X, abY = b.Y - a.Y, acX = c.X - a.X, acY = c.Y - a.Y;
        var area = (abX * acY) - (acX * abY);

        // Rows go down and columns to the right in the picture, so what faces us winds with a negative area.
        if (area > -1e-6f && (!surface.TwoSided || area < 1e-6f))
            return;

        var left = Math.Max((int)MathF.Ceiling(Math.Min(a.X, Math.Min(b.X, c.X)) - 0.5f), 0);
        var right = Math.Min((int)MathF.Floor(Math.Max(a.X, Math.Max(b.X, c.X)) - 0.5f), canvas.Width - 1);
        var top = Math.Max((int)MathF.Ceiling(Math.Min(a.Y, Math.Min(b.Y, c.Y)) - 0.5f), 0);
        var bottom = Math.Min((int)MathF.Floor(Math.Max(a.Y, Math.Max(b.Y, c.Y)) - 0.5f), canvas.Height - 1);
        if (left > right || top > bottom)
            return;

        if (area > 0)
            part |= Behind;

        var scale = 1 / area;
        float stepB = acY * scale, stepC = -abY * scale;
        float zB = b.Z - a.Z, zC = c.Z - a.Z, uB = b.U - a.U, uC = c.U - a.U, vB = b.V - a.V, vC = c.V - a.V;
        var pixels = canvas.Pixels;
        var depth = canvas.Depth;
        var texels = surface.Level(0);
        var holes = surface.HasHoles;
        int lastU = surface.Columns - 1, lastV = surface.Rows - 1;
        for (var y = top; y <= bottom; y++)
        {
            float px = left + 0.5f - a.X, py = y + 0.5f - a.Y;
            var wb = ((px * acY) - (py * acX)) * scale;
            var wc = ((py * abX) - (px * abY)) * scale;
            int first = 0, last = right - left;
            Clip(wb, stepB, ref first, ref last);
            Clip(wc, stepC, ref first, ref last);
            Clip(1 - wb - wc, -stepB - stepC, ref first, ref last);
            wb += stepB * first;
            wc += stepC * first;
            var i = (y * canvas.Width) + left + first;
            for (var x = first; x <= last; x++, i++, wb += stepB, wc += stepC)
            {
                var z = a.Z + (zB * wb) + (zC * wc);
                if (z <= depth[i])
                    continue;

                var u = Math.Clamp((int)(a.U + (uB * wb) + (uC * wc)), 0, lastU);
                var v = Math.Clamp((int)(a.V + (vB * wb) + (vC * wc)), 0, lastV);
                if (holes && texels[(v * surface.Columns) + u].Cover < 0.5f)
                    continue;

                depth[i] = z;
                pixels[i] = part | ((uint)v << 12) | (uint)u;
            }
        }
    }

    /// <summary>Narrows a row's span to where <paramref name="weight"/> + x × <paramref name="step"/> is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clip(float weight, float step, ref int first, ref int last)
    {
        const float most = 1 << 20;
        if (step > 0)
            first = Math.Max(first, (int)Math.Clamp(MathF.Ceiling(-weight / step), 0, most));
        else if (step < 0)
            last = Math.Min(last, (int)Math.Clamp(MathF.Floor(weight / -step), -1, most));
        else if (weight < 0)
            last = -1;
    }
}
