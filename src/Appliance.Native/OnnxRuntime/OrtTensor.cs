using System.Runtime.InteropServices;

namespace Appliance.Native.OnnxRuntime;

/// <summary>
/// A float32 tensor in native memory, aligned to 64 bytes and zeroed, that is written and read in place: bound once, it is used
/// for every run. Owned by one thread at a time.
/// </summary>
public sealed unsafe class OrtTensor : IDisposable
{
    private const int Float = 1; // ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT
    private const nuint Alignment = 64;

    private readonly OrtHandle _value;
    private readonly int _length;
    private float* _data;

    /// <param name="runtime">The library.</param>
    /// <param name="shape">Sizes of the dimensions, outermost first; all positive.</param>
    public OrtTensor(OrtRuntime runtime, params ReadOnlySpan<long> shape)
    {
        Shape = shape.ToArray();
        _length = checked((int)Shape.Aggregate(1L, (product, size) => product * size));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_length);

        var bytes = (nuint)_length * sizeof(float);
        _data = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_data, bytes);
        nint value;
        fixed (long* sizes = shape)
        {
            var status = runtime.Api->CreateTensorWithDataAsOrtValue(
                runtime.CpuMemory.Value, _data, bytes, sizes, (nuint)shape.Length, Float, &value);
            if (status != 0)
                NativeMemory.AlignedFree(_data);
            runtime.ThrowIfFailed(status);
        }

        _value = new(value, runtime.Api->ReleaseValue, runtime.CpuMemory);
    }

    ~OrtTensor() => Free();

    public IReadOnlyList<long> Shape { get; }

    /// <summary>All elements, row-major; valid until disposal.</summary>
    public Span<float> Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(_data is null, this);
            return new(_data, _length);
        }
    }

    internal OrtHandle Value => _value;

    public void Dispose()
    {
        _value.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
    }
}
