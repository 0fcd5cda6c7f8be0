namespace Appliance.Core.Recognition.Index;

/// <summary>
/// The same answers from a quarter of the memory traffic: 8-bit scan, then exact re-ranking of every row that the scan's error
/// bound cannot rule out.
/// </summary>
public sealed class CompressedIndex(string model, int dimensions) : IWatchlistIndex
{
    public string Model { get; } = model;

    /// <summary>Floats per template.</summary>
    public int Dimensions { get; } = dimensions;

    public int Count => throw new NotImplementedException();

    public int Search(ReadOnlySpan<float> template, Span<Candidate> best) => throw new NotImplementedException();

    public void Search(ReadOnlySpan<float> templates, int perTemplate, Span<Candidate> best, Span<int> found) =>
        throw new NotImplementedException();

    public void Put(PersonId person, IReadOnlyList<float[]> templates) => throw new NotImplementedException();

    public void Load(IEnumerable<(PersonId Person, IReadOnlyList<float[]> Templates)> watchlist) =>
        throw new NotImplementedException();
}
