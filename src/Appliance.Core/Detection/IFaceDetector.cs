using Appliance.Core.Frames;

namespace Appliance.Core.Detection;

/// <summary>Finds faces. One instance is used by one thread at a time; it owns its buffers and allocates nothing per call.</summary>
public interface IFaceDetector : IDisposable
{
    /// <summary>Name and version of the model, as in the catalogue.</summary>
    string Model { get; }

    /// <summary>Replaces the contents of <paramref name="faces"/> with what is seen in <paramref name="frame"/>, best score first.</summary>
    void Detect(Frame frame, List<FaceDetection> faces);

    /// <summary>The same for several frames at once (any sizes); list i belongs to frame i.</summary>
    void Detect(ReadOnlySpan<Frame> frames, ReadOnlySpan<List<FaceDetection>> faces);
}
