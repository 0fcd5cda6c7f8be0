using Appliance.Inference.Catalogue;
using Appliance.Native.OnnxRuntime;

namespace Appliance.Inference.Detection;

/// <summary>YuNet's tensors for one input size and batch, bound once.</summary>
internal sealed class YuNetBinding : IDisposable
{
    private readonly OrtBinding _binding;
    private readonly OrtTensor _input;
    private readonly YuNetLevel[] _levels;

    internal YuNetBinding(ModelLease model, int batch, int width, int height)
    {
        _binding = new(model.Session);
        Batch = batch;
        Width = width;
        Height = height;
        try
        {
            _input = _binding.BindInput(model.Entry.Input.Name, batch, 3, height, width);
            _levels = [.. model.Entry.Output.Strides.Select(stride => new YuNetLevel(_binding, batch, width, height, stride))];
        }
        catch
        {
            _binding.Dispose();
            throw;
        }
    }

    internal int Batch { get; }

    internal int Width { get; }

    internal int Height { get; }

    /// <summary>When it was last used, counted by its owner.</summary>
    internal long LastUse { get; set; }

    internal OrtBinding Binding => _binding;

    internal ReadOnlySpan<YuNetLevel> Levels => _levels;

    /// <summary>The 3 × Height × Width planes of picture <paramref name="index"/>.</summary>
    internal Span<float> Input(int index)
    {
        var length = 3 * Height * Width;
        return _input.Data.Slice(index * length, length);
    }

    public void Dispose() => _binding.Dispose();
}

/// <summary>Outputs of one level of YuNet: one row per cell of <c>Stride</c> × <c>Stride</c> pixels, row by row.</summary>
internal sealed class YuNetLevel
{
    private const int BoxValues = 4;
    private const int LandmarkValues = 10;

    private readonly OrtTensor _class;
    private readonly OrtTensor _object;
    private readonly OrtTensor _box;
    private readonly OrtTensor _landmarks;

    internal YuNetLevel(OrtBinding binding, int batch, int width, int height, int stride)
    {
        Stride = stride;
        Columns = width / stride;
        Cells = Columns * (height / stride);
        _class = binding.BindOutput($"cls_{stride}", batch, Cells, 1);
        _object = binding.BindOutput($"obj_{stride}", batch, Cells, 1);
        _box = binding.BindOutput($"bbox_{stride}", batch, Cells, BoxValues);
        _landmarks = binding.BindOutput($"kps_{stride}", batch, Cells, LandmarkValues);
    }

    internal int Stride { get; }

    internal int Columns { get; }

    internal int Cells { get; }

    internal ReadOnlySpan<float> Class(int picture) => _class.Data.Slice(picture * Cells, Cells);

    internal ReadOnlySpan<float> Object(int picture) => _object.Data.Slice(picture * Cells, Cells);

    /// <summary>dx, dy, log w, log h of a cell, in strides.</summary>
    internal ReadOnlySpan<float> Box(int picture, int cell) =>
        _box.Data.Slice(((picture * Cells) + cell) * BoxValues, BoxValues);

    /// <summary>Five pairs x, y of a cell, in strides from its corner.</summary>
    internal ReadOnlySpan<float> Landmarks(int picture, int cell) =>
        _landmarks.Data.Slice(((picture * Cells) + cell) * LandmarkValues, LandmarkValues);
}
