using System.Numerics.Tensors;

namespace Appliance.Learning.Heads;

/// <summary>
/// Head <c>adapter</c>: a residual map of low rank on the embedding, z' = norm(z + U(Vz)), on probe and gallery alike, and a scale and
/// offset from their cosine to log-odds. U starts at zero: untrained it changes nothing.
/// </summary>
/// <param name="dimensions">Floats of an embedding.</param>
public sealed class AdapterHead(int dimensions) : Head
{
    private const int Rank = 8;
    private const float StartScale = 10;
    private const float StartOffset = -4;

    private int Down => Rank * dimensions;

    public override string Name => "adapter";

    public override IReadOnlyList<(string Name, int[] Shape)> Layout { get; } =
        [("adapter.down", [Rank, dimensions]), ("adapter.up", [dimensions, Rank]), ("adapter.logit", [2])];

    public override float[] Initial()
    {
        var parameters = new float[(2 * Down) + 2];
        // The same on every box: boxes that start apart would average to nothing.
        var random = new Random(8_211);
        for (var i = 0; i < Down; i++)
            parameters[i] = (float)((random.NextDouble() - 0.5) * 2 / Math.Sqrt(dimensions));
        parameters[^2] = StartScale;
        parameters[^1] = StartOffset;
        return parameters;
    }

    public override bool Takes(HeadExample example) => example.Input.Length == dimensions && example.Gallery.Length == dimensions;

    public override double Logit(ReadOnlySpan<float> parameters, HeadExample example)
    {
        var (probe, gallery) = (new Mapped(dimensions), new Mapped(dimensions));
        Map(parameters, example.Input, probe);
        Map(parameters, example.Gallery, gallery);
        return (parameters[^2] * TensorPrimitives.Dot<float>(probe.Unit, gallery.Unit)) + parameters[^1];
    }

    protected override double Backpropagate(
        ReadOnlySpan<float> parameters, HeadExample example, Func<double, double> factor, Span<float> gradient)
    {
        var (probe, gallery) = (new Mapped(dimensions), new Mapped(dimensions));
        Map(parameters, example.Input, probe);
        Map(parameters, example.Gallery, gallery);
        var cosine = TensorPrimitives.Dot<float>(probe.Unit, gallery.Unit);
        var logit = (parameters[^2] * cosine) + parameters[^1];

        var slope = (float)factor(logit);
        gradient[^2] += slope * cosine;
        gradient[^1] += slope;
        var toCosine = slope * parameters[^2];
        Back(parameters, example.Input, probe, gallery.Unit, cosine, toCosine, gradient);
        Back(parameters, example.Gallery, gallery, probe.Unit, cosine, toCosine, gradient);
        return logit;
    }

    private void Map(ReadOnlySpan<float> parameters, ReadOnlySpan<float> z, Mapped mapped)
    {
        for (var i = 0; i < Rank; i++)
            mapped.Low[i] = TensorPrimitives.Dot(parameters.Slice(i * dimensions, dimensions), z);
        for (var i = 0; i < dimensions; i++)
            mapped.Unit[i] = z[i] + TensorPrimitives.Dot(parameters.Slice(Down + (i * Rank), Rank), mapped.Low);
        mapped.Norm = Math.Max(1e-6f, TensorPrimitives.Norm<float>(mapped.Unit));
        TensorPrimitives.Divide(mapped.Unit, mapped.Norm, mapped.Unit);
    }

    // d(cosine)/dy = (other − cosine·unit) / |y|; then through U to the low space, and through V to z.
    private void Back(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> z, Mapped mapped, float[] other, float cosine, float slope, Span<float> gradient)
    {
        Span<float> low = stackalloc float[Rank];
        for (var i = 0; i < dimensions; i++)
        {
            var dy = slope * (other[i] - (cosine * mapped.Unit[i])) / mapped.Norm;
            var row = gradient.Slice(Down + (i * Rank), Rank);
            TensorPrimitives.MultiplyAdd(mapped.Low, dy, row, row);
            TensorPrimitives.MultiplyAdd(parameters.Slice(Down + (i * Rank), Rank), dy, low, low);
        }

        for (var i = 0; i < Rank; i++)
        {
            var row = gradient.Slice(i * dimensions, dimensions);
            TensorPrimitives.MultiplyAdd(z, low[i], row, row);
        }
    }

    private sealed class Mapped(int dimensions)
    {
        public float[] Unit { get; } = new float[dimensions];

        public float[] Low { get; } = new float[Rank];

        public float Norm { get; set; }
    }
}
