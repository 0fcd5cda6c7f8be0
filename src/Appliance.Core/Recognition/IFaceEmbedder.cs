using Appliance.Core.Detection;
using Appliance.Core.Frames;

namespace Appliance.Core.Recognition;

/// <summary>
/// Turns an aligned face into a template. One instance is used by one thread at a time. Templates of different models
/// never compare: <see cref="Model"/> is stored with each.
/// </summary>
public interface IFaceEmbedder : IDisposable
{
    /// <summary>Name and version of the model, as in the catalogue.</summary>
    string Model { get; }

    /// <summary>Floats per template.</summary>
    int Dimensions { get; }

    /// <summary>
    /// Writes one L2-normalised template per face: row i of <paramref name="templates"/>
    /// (<c>faces.Length × Dimensions</c>, row-major) belongs to <c>faces[i]</c>.
    /// </summary>
    void Embed(Frame frame, ReadOnlySpan<Landmarks5> faces, Span<float> templates);
}
