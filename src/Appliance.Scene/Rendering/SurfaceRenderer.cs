using System.Numerics;
using System.Runtime.CompilerServices;

namespace Appliance.Scene.Rendering;

/// <summary>
/// Draws surfaces on a canvas: triangles with depth, lit per sample by one lamp with cast shadows, sky and ground. Owns
/// its buffers; one thread at a time.
/// </summary>
internal sealed class SurfaceRenderer
{
    private const int ShadowSize = 128;
    private const float ShadowReach = 2.2f;

    private readonly float[] _shadow = new float[ShadowSize * ShadowSize];
    private Projected[] _vertices = [];

    private Vector3 _towards, _half, _up, _key, _sky, _ground;
    private Matrix4x4 _toLight;
    private bool _castShadows;

    private struct Projected
    {
        public float X, Y, Z;
        public Vector3 InLight;
        public float U, V;
    }

    /// <summary>Draws <paramref name="surfaces"/>, turned and moved by <paramref name="placement"/>, seen as <paramref name="pose"/> says.</summary>
    /// <param name="canvas">Drawn into, by depth, over what is there.</param>
    /// <param name="surfaces">In one common space.</param>
    /// <param name="placement">From that space to camera space; a rotation and a translation.</param>
    /// <param name="pose">From camera space to the picture; its angles are not used here.</param>
    /// <param name="light">Its lamp and sky.</param>
    /// <param name="texelsPerUnit">Of the finest surface where it faces the camera; chooses the resolution read.</param>
    /// <param name="castShadows">The surfaces shade each other; costs as much as drawing something small.</param>
    public void Draw(
        Canvas canvas, Surface[] surfaces, in Matrix4x4 placement, in HeadPose pose, in Light light, float texelsPerUnit,
        bool castShadows = true)
    {
        if (!Matrix4x4.Invert(placement, out var back))
            return;

        _towards = Vector3.TransformNormal(light.Towards, back);
        _half = Vector3.Normalize(_towards + Vector3.TransformNormal(Vector3.UnitZ, back));
        _up = Vector3.TransformNormal(Vector3.UnitY, back);
        (_key, _sky, _ground) = (light.Key, light.Sky, light.Ground);
        _castShadows = castShadows;
        if (castShadows)
            CastShadows(surfaces);

        var perSample = texelsPerUnit / (pose.Scale * Canvas.Oversampling);
        var level = Math.Clamp((int)MathF.Round(MathF.Log2(Math.Max(perSample, 1)) - 0.2f), 0, Surface.LevelCount - 1);
        
        // Triangles of about four samples: smaller ones cost more to set up than to fill.
        var skip = perSample >= 0.85f ? 2 : 1;
        foreach (var surface in surfaces)
        {
            var own = surface.Columns >= 128 ? level : Math.Min(level, surface.Rows >= 24 ? 1 : 0);
            var ownSkip = surface.VertexColumns >= 64 ? skip : 1;
            Project(canvas, surface, pose, placement, ownSkip);
            Fill(canvas, surface, own, ownSkip);
        }
    }

    private void Project(Canvas canvas, Surface surface, in HeadPose pose, in Matrix4x4 placement, int skip)
    {
        if (_vertices.Length < surface.Vertices.Length)
            _vertices = new Projected[surface.Vertices.Length];

        for (var row = 0; row < surface.VertexRows; row += row + skip < surface.VertexRows ? skip : Math.Max(surface.VertexRows - 1 - row, 1))
        {
            for (var column = 0; column < surface.VertexColumns;
                 column += column + skip < surface.VertexColumns ? skip : Math.Max(surface.VertexColumns - 1 - column, 1))
            {
                var i = (row * surface.VertexColumns) + column;
                var p = surface.Vertices[i];
                var q = Vector3.Transform(p, placement);
                var at = pose.Project(q);
                _vertices[i] = new Projected
                {
                    X = (at.X - canvas.Left) * Canvas.Oversampling,
                    Y = (at.Y - canvas.Top) * Canvas.Oversampling,
                    Z = q.Z,
                    InLight = _castShadows ? ToShadow(p) : default,
                    U = surface.TexelX(column),
                    V = surface.TexelY(row),
                };
            }
        }
    }

    private void Fill(Canvas canvas, Surface surface, int level, int skip)
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
                Triangle(canvas, surface, level, a, c, b);
                Triangle(canvas, surface, level, b, c, d);
            }
        }
    }

    private void Triangle(Canvas canvas, Surface surface, int level, in Projected a, in Projected b, in Projected c)
    {
        var area = ((b.X - a.X) * (c.Y - a.Y)) - ((c.X - a.X) * (b.Y - a.Y));

        // Rows go down and columns to the right in the picture, so what faces us winds with a negative area.
        if (area > -1e-6f && (!surface.TwoSided || area < 1e-6f))
            return;

        var behind = area > 0;
        var left = Math.Max((int)MathF.Ceiling(Math.Min(a.X, Math.Min(b.X, c.X)) - 0.5f), 0);
        var right = Math.Min((int)MathF.Floor(Math.Max(a.X, Math.Max(b.X, c.X)) - 0.5f), canvas.Width - 1);
        var top = Math.Max((int)MathF.Ceiling(Math.Min(a.Y, Math.Min(b.Y, c.Y)) - 0.5f), 0);
        var bottom = Math.Min((int)MathF.Floor(Math.Max(a.Y, Math.Max(b.Y, c.Y)) - 0.5f), canvas.Height - 1);
        if (left > right || top > bottom)
            return;

        var scale = 1 / area;
        float stepB = (c.Y - a.Y) * scale, stepC = (a.Y - b.Y) * scale;
        var pixels = canvas.Pixels;
        var depth = canvas.Depth;
        var texels = surface.Level(level);
        int columns = surface.Columns >> level, rows = surface.Rows >> level;
        var shrink = 1f / (1 << level);
        for (var y = top; y <= bottom; y++)
        {
            float px = left + 0.5f - a.X, py = y + 0.5f - a.Y;
            var wb = ((px * (c.Y - a.Y)) - (py * (c.X - a.X))) * scale;
            var wc = ((py * (b.X - a.X)) - (px * (b.Y - a.Y))) * scale;
            for (var x = left; x <= right; x++, wb += stepB, wc += stepC)
            {
                if (wb < 0 || wc < 0 || wb + wc > 1)
                    continue;

                var z = a.Z + ((b.Z - a.Z) * wb) + ((c.Z - a.Z) * wc);
                var i = (y * canvas.Width) + x;
                if (z <= depth[i])
                    continue;

                var u = (int)((a.U + ((b.U - a.U) * wb) + ((c.U - a.U) * wc)) * shrink);
                var v = (int)((a.V + ((b.V - a.V) * wb) + ((c.V - a.V) * wc)) * shrink);
                ref readonly var texel = ref texels[(Math.Clamp(v, 0, rows - 1) * columns) + Math.Clamp(u, 0, columns - 1)];
                if (texel.Cover < 0.5f)
                    continue;

                depth[i] = z;
                var inLight = a.InLight + ((b.InLight - a.InLight) * wb) + ((c.InLight - a.InLight) * wc);
                pixels[i] = Canvas.Pack(Shade(texel, inLight, behind));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector3 Shade(in Texel texel, Vector3 inLight, bool behind)
    {
        var normal = behind ? -texel.Normal : texel.Normal;
        var facing = Vector3.Dot(normal, _towards);
        var lit = facing <= -0.2f ? 0 : _castShadows ? Lit(inLight) : 1;

        // Red light travels furthest in skin, so the edge of a shadow is red.
        var red = Math.Max((facing + 0.20f) * (1 / 1.20f), 0);
        var rest = Math.Max((facing + 0.08f) * (1 / 1.08f), 0);
        var direct = new Vector3(red, rest, rest) * lit;
        var up = 0.5f + (0.5f * Vector3.Dot(normal, _up));
        var around = Vector3.Lerp(_ground, _sky, up) * texel.Openness;
        var shine = Math.Max(Vector3.Dot(normal, _half), 0);
        shine *= shine;
        shine *= shine;
        shine *= shine;
        shine *= shine;
        var colour = texel.Albedo * ((_key * direct) + around);
        return colour + (_key * (shine * texel.Gloss * 0.28f * lit));
    }

    private Vector3 ToShadow(Vector3 p)
    {
        var q = Vector3.Transform(p, _toLight);
        const float scale = ShadowSize / (2 * ShadowReach);
        return new Vector3((q.X + ShadowReach) * scale, (q.Y + ShadowReach) * scale, q.Z);
    }

    /// <summary>1 where the lamp is seen, 0 in the shadow, between at its soft edge.</summary>
    private float Lit(Vector3 inLight)
    {
        const float bias = 0.05f;
        const float softness = 1 / 0.06f;
        float fx = inLight.X - 0.5f, fy = inLight.Y - 0.5f;
        int x = (int)fx, y = (int)fy;
        if (x < 0 || y < 0 || x >= ShadowSize - 1 || y >= ShadowSize - 1)
            return 1;

        fx -= x;
        fy -= y;
        var i = (y * ShadowSize) + x;
        var z = inLight.Z + bias;
        var a = Math.Clamp(1 - ((_shadow[i] - z) * softness), 0, 1);
        var b = Math.Clamp(1 - ((_shadow[i + 1] - z) * softness), 0, 1);
        var c = Math.Clamp(1 - ((_shadow[i + ShadowSize] - z) * softness), 0, 1);
        var d = Math.Clamp(1 - ((_shadow[i + ShadowSize + 1] - z) * softness), 0, 1);
        var near = a + ((b - a) * fx);
        var far = c + ((d - c) * fx);
        return near + ((far - near) * fy);
    }

    /// <summary>Depth of the nearest surface as the lamp sees it.</summary>
    private void CastShadows(Surface[] surfaces)
    {
        var right = Vector3.Cross(MathF.Abs(_towards.Y) > 0.9f ? Vector3.UnitZ : Vector3.UnitY, _towards);
        right = Vector3.Normalize(right);
        var up = Vector3.Cross(_towards, right);
        _toLight = new Matrix4x4(
            right.X, up.X, _towards.X, 0, right.Y, up.Y, _towards.Y, 0, right.Z, up.Z, _towards.Z, 0, 0, 0, 0, 1);
        Array.Fill(_shadow, float.NegativeInfinity);
        foreach (var surface in surfaces)
        {
            var columns = surface.VertexColumns;
            var skip = columns >= 64 ? 2 : 1;
            for (var row = 0; row < surface.VertexRows; row += skip)
            {
                for (var column = 0; column < columns; column += skip)
                {
                    var nextRow = Math.Min(row + skip, surface.VertexRows - 1);
                    var nextColumn = Math.Min(column + skip, columns - 1);
                    if (surface.Columns >= 128)
                    {
                        var texel = ((int)surface.TexelY(row) * surface.Columns) + (int)surface.TexelX(column);
                        if (surface.Level(0)[texel].Cover < 0.5f)
                            continue;
                    }

                    var a = ToShadow(surface.Vertices[(row * columns) + column]);
                    var b = ToShadow(surface.Vertices[(row * columns) + nextColumn]);
                    var c = ToShadow(surface.Vertices[(nextRow * columns) + column]);
                    var d = ToShadow(surface.Vertices[(nextRow * columns) + nextColumn]);
                    ShadowTriangle(a, c, b);
                    ShadowTriangle(b, c, d);
                }
            }
        }
    }

    private void ShadowTriangle(Vector3 a, Vector3 b, Vector3 c)
    {
        var area = ((b.X - a.X) * (c.Y - a.Y)) - ((c.X - a.X) * (b.Y - a.Y));
        if (MathF.Abs(area) < 1e-6f)
            return;

        var left = Math.Max((int)MathF.Ceiling(Math.Min(a.X, Math.Min(b.X, c.X)) - 0.5f), 0);
        var right = Math.Min((int)MathF.Floor(Math.Max(a.X, Math.Max(b.X, c.X)) - 0.5f), ShadowSize - 1);
        var top = Math.Max((int)MathF.Ceiling(Math.Min(a.Y, Math.Min(b.Y, c.Y)) - 0.5f), 0);
        var bottom = Math.Min((int)MathF.Floor(Math.Max(a.Y, Math.Max(b.Y, c.Y)) - 0.5f), ShadowSize - 1);
        var scale = 1 / area;
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                float px = x + 0.5f - a.X, py = y + 0.5f - a.Y;
                var wb = ((px * (c.Y - a.Y)) - (py * (c.X - a.X))) * scale;
                var wc = ((py * (b.X - a.X)) - (px * (b.Y - a.Y))) * scale;
                if (wb < 0 || wc < 0 || wb + wc > 1)
                    continue;

                var z = a.Z + ((b.Z - a.Z) * wb) + ((c.Z - a.Z) * wc);
                ref var nearest = ref _shadow[(y * ShadowSize) + x];
                nearest = Math.Max(nearest, z);
            }
        }
    }
}
