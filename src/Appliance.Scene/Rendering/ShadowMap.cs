using System.Numerics;

namespace Appliance.Scene.Rendering;

/// <summary>Depth of the nearest surface as the lamp sees it. Owns its buffer; one thread at a time.</summary>
internal sealed class ShadowMap
{
    private const int Size = 128;
    private const float Reach = 2.2f;

    private readonly float[] _depth = new float[Size * Size];
    private Vector3[] _points = [];

    /// <summary>From the surfaces' own space to the map: x and y in cells, z towards the lamp.</summary>
    public Matrix4x4 FromModel { get; private set; }

    /// <param name="surfaces">What casts shadows, in one common space.</param>
    /// <param name="towards">Unit vector to the lamp in that space.</param>
    public void Cast(Surface[] surfaces, Vector3 towards)
    {
        var right = Vector3.Normalize(Vector3.Cross(MathF.Abs(towards.Y) > 0.9f ? Vector3.UnitZ : Vector3.UnitY, towards));
        var up = Vector3.Cross(towards, right);
        const float cells = Size / (2 * Reach);
        FromModel = new Matrix4x4(
            right.X * cells, up.X * cells, towards.X, 0, right.Y * cells, up.Y * cells, towards.Y, 0,
            right.Z * cells, up.Z * cells, towards.Z, 0, Size / 2f, Size / 2f, 0, 1);
        Array.Fill(_depth, float.NegativeInfinity);
        foreach (var surface in surfaces)
            Cast(surface);
    }

    /// <summary>1 where the lamp is seen, 0 in the shadow, between at its soft edge.</summary>
    /// <param name="at">A point transformed by <see cref="FromModel"/>.</param>
    public float Lit(Vector3 at)
    {
        const float bias = 0.05f;
        const float softness = 1 / 0.06f;
        float fx = at.X - 0.5f, fy = at.Y - 0.5f;
        int x = (int)fx, y = (int)fy;
        if (x < 0 || y < 0 || x >= Size - 1 || y >= Size - 1)
            return 1;

        fx -= x;
        fy -= y;
        var i = (y * Size) + x;
        var corners = new Vector4(_depth[i], _depth[i + 1], _depth[i + Size], _depth[i + Size + 1]) - new Vector4(at.Z + bias);
        corners = Vector4.Clamp(Vector4.One - (corners * softness), Vector4.Zero, Vector4.One);
        var near = corners.X + ((corners.Y - corners.X) * fx);
        var far = corners.Z + ((corners.W - corners.Z) * fx);
        return near + ((far - near) * fy);
    }

    private void Cast(Surface surface)
    {
        var columns = surface.VertexColumns;
        var skip = columns >= 64 ? 2 : 1;
        if (_points.Length < surface.Vertices.Length)
            _points = new Vector3[surface.Vertices.Length];

        for (var i = 0; i < surface.Vertices.Length; i++)
            _points[i] = Vector3.Transform(surface.Vertices[i], FromModel);

        for (var row = 0; row + 1 < surface.VertexRows; row += skip)
        {
            var below = Math.Min(row + skip, surface.VertexRows - 1) * columns;
            for (var column = 0; column + 1 < columns; column += skip)
            {
                if (surface.HasHoles && surface.IsHole(column, row))
                    continue;

                var right = Math.Min(column + skip, columns - 1);
                Triangle(_points[(row * columns) + column], _points[below + column], _points[(row * columns) + right]);
                Triangle(_points[(row * columns) + right], _points[below + column], _points[below + right]);
            }
        }
    }

    private void Triangle(Vector3 a, Vector3 b, Vector3 c)
    {
        var area = ((b.X - a.X) * (c.Y - a.Y)) - ((c.X - a.X) * (b.Y - a.Y));
        if (MathF.Abs(area) < 1e-6f)
            return;

        var left = Math.Max((int)MathF.Ceiling(Math.Min(a.X, Math.Min(b.X, c.X)) - 0.5f), 0);
        var right = Math.Min((int)MathF.Floor(Math.Max(a.X, Math.Max(b.X, c.X)) - 0.5f), Size - 1);
        var top = Math.Max((int)MathF.Ceiling(Math.Min(a.Y, Math.Min(b.Y, c.Y)) - 0.5f), 0);
        var bottom = Math.Min((int)MathF.Floor(Math.Max(a.Y, Math.Max(b.Y, c.Y)) - 0.5f), Size - 1);
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

                ref var nearest = ref _depth[(y * Size) + x];
                nearest = Math.Max(nearest, a.Z + ((b.Z - a.Z) * wb) + ((c.Z - a.Z) * wc));
            }
        }
    }
}
