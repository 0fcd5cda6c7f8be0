using System.Numerics;

namespace Appliance.Scene.Rendering;

/// <summary>
/// A curved sheet: a grid of texels with a coarser grid of vertices on it. The texels are kept at several resolutions so
/// that a small picture reads few of them.
/// </summary>
internal sealed class Surface
{
    private const int Levels = 4;

    private readonly Texel[][] _levels;

    /// <param name="columns">Texels around; a multiple of <paramref name="step"/>.</param>
    /// <param name="rows">Texels down; a multiple of <paramref name="step"/>.</param>
    /// <param name="step">Texels from one vertex to the next.</param>
    /// <param name="points">Where each texel is, row by row.</param>
    /// <param name="texels">What each is made of; normals are filled in here.</param>
    /// <param name="wraps">The last column is followed by the first.</param>
    /// <param name="twoSided">Seen from behind too.</param>
    /// <param name="relief">Hollows get less light from the sky; the grid must wrap.</param>
    public Surface(
        int columns, int rows, int step, Vector3[] points, Texel[] texels, bool wraps, bool twoSided = false, bool relief = false)
    {
        Columns = columns;
        Rows = rows;
        Step = step;
        TwoSided = twoSided;
        SetNormals(points, texels, wraps);
        if (relief)
            Relief.Shade(points, texels, columns, rows);

        VertexColumns = (columns / step) + (wraps ? 1 : 0);
        VertexRows = (rows + step - 1) / step;
        Vertices = new Vector3[VertexColumns * VertexRows];
        for (var row = 0; row < VertexRows; row++)
        {
            var y = row == VertexRows - 1 ? rows - 1 : row * step;
            for (var column = 0; column < VertexColumns; column++)
            {
                var x = column * step;
                x = wraps ? x % columns : column == VertexColumns - 1 ? columns - 1 : x;
                Vertices[(row * VertexColumns) + column] = points[(y * columns) + x];
            }
        }

        foreach (ref readonly var texel in texels.AsSpan())
            HasHoles |= texel.Cover < 0.5f;

        _levels = new Texel[Levels][];
        _levels[0] = texels;
        for (var level = 1; level < Levels; level++)
            _levels[level] = Halve(_levels[level - 1], columns >> (level - 1), rows >> (level - 1));
    }

    public int Columns { get; }
    public int Rows { get; }
    public int Step { get; }
    public bool TwoSided { get; }
    public int VertexColumns { get; }
    public int VertexRows { get; }
    public Vector3[] Vertices { get; }
    public static int LevelCount => Levels;

    /// <summary>Some texels are not there.</summary>
    public bool HasHoles { get; }

    /// <summary>Whether the texel at a vertex is not there.</summary>
    public bool IsHole(int vertexColumn, int vertexRow) =>
        _levels[0][((int)TexelY(vertexRow) * Columns) + (int)TexelX(vertexColumn)].Cover < 0.5f;

    /// <summary>Texels at <paramref name="level"/>, each 2^level wide.</summary>
    public Texel[] Level(int level) => _levels[level];

    /// <summary>The texel column of a vertex column.</summary>
    public float TexelX(int vertexColumn) => Math.Min(vertexColumn * Step, Columns - 0.001f);

    /// <summary>The texel row of a vertex row.</summary>
    public float TexelY(int vertexRow) => Math.Min(vertexRow * Step, Rows - 1);

    private void SetNormals(Vector3[] points, Texel[] texels, bool wraps)
    {
        for (var y = 0; y < Rows; y++)
        {
            var above = Math.Max(y - 1, 0) * Columns;
            var below = Math.Min(y + 1, Rows - 1) * Columns;
            for (var x = 0; x < Columns; x++)
            {
                var left = wraps ? (x + Columns - 1) % Columns : Math.Max(x - 1, 0);
                var right = wraps ? (x + 1) % Columns : Math.Min(x + 1, Columns - 1);
                var row = y * Columns;
                var across = points[row + right] - points[row + left];
                var down = points[below + x] - points[above + x];
                var normal = Vector3.Cross(down, across);
                var length = normal.Length();
                texels[row + x].Normal = length > 1e-9f ? normal / length : new Vector3(0, y < Rows / 2 ? 1 : -1, 0);
            }
        }
    }

    private static Texel[] Halve(Texel[] fine, int columns, int rows)
    {
        int halfColumns = columns / 2, halfRows = rows / 2;
        var coarse = new Texel[halfColumns * halfRows];
        for (var y = 0; y < halfRows; y++)
        {
            for (var x = 0; x < halfColumns; x++)
            {
                var i = (2 * y * columns) + (2 * x);
                coarse[(y * halfColumns) + x] = Mean(fine[i], fine[i + 1], fine[i + columns], fine[i + columns + 1]);
            }
        }

        return coarse;
    }

    /// <summary>Colours are weighted by cover, so that a hole does not bleed into the hair beside it.</summary>
    private static Texel Mean(in Texel a, in Texel b, in Texel c, in Texel d)
    {
        var cover = a.Cover + b.Cover + c.Cover + d.Cover;
        var weight = 1 / Math.Max(cover, 1e-6f);
        var normal = a.Normal + b.Normal + c.Normal + d.Normal;
        return new Texel
        {
            Normal = normal / Math.Max(normal.Length(), 1e-6f),
            Albedo = ((a.Albedo * a.Cover) + (b.Albedo * b.Cover) + (c.Albedo * c.Cover) + (d.Albedo * d.Cover)) * weight,
            Openness = (a.Openness + b.Openness + c.Openness + d.Openness) * 0.25f,
            Gloss = (a.Gloss + b.Gloss + c.Gloss + d.Gloss) * 0.25f,
            Cover = cover * 0.25f,
        };
    }
}
