using System.Numerics;
using System.Numerics.Tensors;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Native.OnnxRuntime;

namespace Appliance.Inference.Embedding;

/// <summary>Aligned face → L2-normalised template, for any embedder whose contract is in the catalogue.</summary>
internal sealed class FaceEmbedder : IFaceEmbedder
{
    private readonly ModelLease _model;
    private readonly FaceWarp _warp;
    private readonly Vector2[] _template;
    private readonly OrtBinding _binding;
    private readonly OrtTensor _input;
    private readonly OrtTensor _output;

    internal FaceEmbedder(ModelLease model)
    {
        _model = model;
        var contract = model.Entry.Input;
        _warp = new(contract);
        _template = [.. model.Entry.Alignment!.Points.Select(point => new Vector2(point[0], point[1]))];
        _binding = new(model.Session);
        try
        {
            _input = _binding.BindInput(contract.Name, 1, 3, contract.Height, contract.Width);
            _output = _binding.BindOutput(model.Entry.Output.Name, 1, Dimensions);
        }
        catch
        {
            _binding.Dispose();
            throw;
        }
    }

    public string Model => _model.Entry.Id;

    public int Dimensions => _model.Entry.Output.Dimensions;

    public void Embed(Frame frame, ReadOnlySpan<Landmarks5> faces, Span<float> templates)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(templates.Length, faces.Length * Dimensions);
        for (var i = 0; i < faces.Length; i++)
            Embed(frame, faces[i], templates.Slice(i * Dimensions, Dimensions));
    }

    public void Dispose()
    {
        _binding.Dispose();
        _model.Dispose();
    }

    private void Embed(Frame frame, in Landmarks5 face, Span<float> template)
    {
        if (!SimilarityTransform.TryFit(face, _template, out var toCrop))
            throw new ArgumentException("The five points of the face coincide.", nameof(face));

        _warp.Write(frame, toCrop.Invert(), _input.Data);
        _model.Run(_binding);
        Normalise(_output.Data, template);
    }

    private static void Normalise(ReadOnlySpan<float> raw, Span<float> template)
    {
        var length = TensorPrimitives.Norm(raw);
        TensorPrimitives.Divide(raw, length > 0 ? length : 1, template);
    }
}
