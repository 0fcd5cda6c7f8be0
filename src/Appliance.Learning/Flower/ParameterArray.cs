namespace Appliance.Learning.Flower;

/// <summary>One named array of a head: 32-bit floats in C order.</summary>
/// <param name="Name">Key in an ArrayRecord; a position ("0", "1", …) in the legacy dialect.</param>
/// <param name="Shape">Lengths, outermost first; empty = a scalar.</param>
/// <param name="Values">As many as the product of <paramref name="Shape"/>.</param>
public sealed record ParameterArray(string Name, int[] Shape, float[] Values)
{
    public bool HasShape(ReadOnlySpan<int> shape) => Shape.AsSpan().SequenceEqual(shape);

    public ParameterArray With(float[] values) => this with { Values = values };
}
