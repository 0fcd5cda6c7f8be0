using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Inference.Preprocessing;

namespace Appliance.Inference.Detection;

/// <summary>Face detector for models with YuNet's outputs. Buffers are made at the first frame of a geometry and kept.</summary>
internal sealed class YuNetDetector(ModelLease model, InferenceOptions options) : IFaceDetector
{
    // Cameras of a box come in few sizes; photos for enrolment in any. Older geometries give way.
    private const int MaxBindings = 6;
    private const int MaxScalers = 16;

    private readonly Dictionary<(Letterbox Box, PixelFormat Format, ColorSpace Space), FrameScaler> _scalers = [];
    private readonly List<YuNetBinding> _bindings = [];
    private readonly List<FaceDetection> _candidates = new(256);
    private readonly int[] _group = new int[options.MaxBatch];
    private long _uses;

    public string Model => model.Entry.Id;

    public void Detect(Frame frame, List<FaceDetection> faces)
    {
        var box = Fit(frame);
        var binding = BindingFor(1, box);
        Write(frame, box, binding.Input(0));
        model.Run(binding.Binding);
        Decode(binding, 0, box, faces);
    }

    public void Detect(ReadOnlySpan<Frame> frames, ReadOnlySpan<List<FaceDetection>> faces)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(faces.Length, frames.Length);
        var maxBatch = model.Entry.Input.DynamicBatch ? options.MaxBatch : 1;
        for (var first = 0; first < frames.Length; first++)
        {
            if (maxBatch == 1)
                Detect(frames[first], faces[first]);
            else if (!JoinsEarlierGroup(frames, first, maxBatch))
                DetectGroup(frames, faces, first, maxBatch);
        }
    }

    public void Dispose()
    {
        _bindings.ForEach(binding => binding.Dispose());
        _bindings.Clear();
        model.Dispose();
    }

    /// <summary>Frames go in groups of equal tensor size, in order; a frame is in a group when its rank within its size is no multiple.</summary>
    private bool JoinsEarlierGroup(ReadOnlySpan<Frame> frames, int index, int maxBatch)
    {
        var box = Fit(frames[index]);
        var rank = 0;
        for (var i = 0; i < index; i++)
        {
            if (SameTensor(Fit(frames[i]), box))
                rank++;
        }

        return rank % maxBatch != 0;
    }

    private void DetectGroup(ReadOnlySpan<Frame> frames, ReadOnlySpan<List<FaceDetection>> faces, int first, int maxBatch)
    {
        var box = Fit(frames[first]);
        var count = 0;
        for (var i = first; i < frames.Length && count < maxBatch; i++)
        {
            if (SameTensor(Fit(frames[i]), box))
                _group[count++] = i;
        }

        var binding = BindingFor(count, box);
        for (var i = 0; i < count; i++)
            Write(frames[_group[i]], Fit(frames[_group[i]]), binding.Input(i));
        model.Run(binding.Binding);
        for (var i = 0; i < count; i++)
            Decode(binding, i, Fit(frames[_group[i]]), faces[_group[i]]);
    }

    private static bool SameTensor(in Letterbox a, in Letterbox b) => a.Width == b.Width && a.Height == b.Height;

    private Letterbox Fit(Frame frame)
    {
        var input = model.Entry.Input;
        return input.DynamicSize
            ? Letterbox.Fit(frame.Width, frame.Height, options.DetectorSize, input.MultipleOf)
            : Letterbox.Into(frame.Width, frame.Height, input.Width, input.Height);
    }

    private void Write(Frame frame, in Letterbox box, Span<float> input)
    {
        var key = (box, frame.Format, frame.ColorSpace);
        if (!_scalers.TryGetValue(key, out var scaler))
        {
            if (_scalers.Count == MaxScalers)
                _scalers.Clear();
            scaler = new(box, frame.Format, frame.ColorSpace, model.Entry.Input);
            _scalers.Add(key, scaler);
        }

        scaler.Write(frame, input);
    }

    private void Decode(YuNetBinding binding, int picture, in Letterbox box, List<FaceDetection> faces)
    {
        _candidates.Clear();
        foreach (var level in binding.Levels)
            YuNetDecoder.Decode(level, picture, options.ScoreThreshold, box, _candidates);
        NonMaximumSuppression.Apply(_candidates, options.OverlapThreshold, options.MaxFaces, faces);
    }

    private YuNetBinding BindingFor(int batch, in Letterbox box)
    {
        foreach (var binding in _bindings)
        {
            if (binding.Batch == batch && binding.Width == box.Width && binding.Height == box.Height)
            {
                binding.LastUse = ++_uses;
                return binding;
            }
        }

        if (_bindings.Count == MaxBindings)
        {
            var oldest = _bindings.MinBy(binding => binding.LastUse)!;
            _bindings.Remove(oldest);
            oldest.Dispose();
        }

        var added = new YuNetBinding(model, batch, box.Width, box.Height) { LastUse = ++_uses };
        _bindings.Add(added);
        return added;
    }
}
