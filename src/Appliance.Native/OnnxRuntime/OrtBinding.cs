using System.Runtime.InteropServices;

namespace Appliance.Native.OnnxRuntime;

/// <summary>
/// Tensors tied to a session once and run many times: a run allocates nothing on the managed heap. One thread at a time.
/// </summary>
public sealed unsafe class OrtBinding : IDisposable
{
    private readonly OrtRuntime _runtime;
    private readonly OrtHandle _session;
    private readonly OrtHandle _binding;
    private readonly OrtHandle _options;
    private readonly List<OrtTensor> _tensors = [];

    public OrtBinding(OrtSession session)
    {
        _runtime = session.Runtime;
        _session = session.Handle;
        nint created;
        _runtime.ThrowIfFailed(_runtime.Api->CreateIoBinding(_session.Value, &created));
        _binding = new(created, _runtime.Api->ReleaseIoBinding, _session);
        _runtime.ThrowIfFailed(_runtime.Api->CreateRunOptions(&created));
        _options = new(created, _runtime.Api->ReleaseRunOptions);
    }

    /// <summary>Makes a tensor, ties it to an input and owns it.</summary>
    /// <exception cref="OrtException">No such input.</exception>
    public OrtTensor BindInput(string name, params ReadOnlySpan<long> shape) =>
        Bind(name, new(_runtime, shape), _runtime.Api->BindInput);

    /// <summary>Makes a tensor, ties it to an output and owns it. Its shape must be what the model will give.</summary>
    /// <exception cref="OrtException">No such output.</exception>
    public OrtTensor BindOutput(string name, params ReadOnlySpan<long> shape) =>
        Bind(name, new(_runtime, shape), _runtime.Api->BindOutput);

    /// <summary>Inputs to outputs. Blocks until the outputs are written.</summary>
    /// <exception cref="OrtException">The model refused the shapes or the provider failed.</exception>
    public void Run()
    {
        var added = false;
        try
        {
            _binding.DangerousAddRef(ref added);
            _runtime.ThrowIfFailed(_runtime.Api->RunWithBinding(_session.Value, _options.Value, _binding.Value));
        }
        finally
        {
            if (added)
                _binding.DangerousRelease();
        }
    }

    public void Dispose()
    {
        _binding.Dispose();
        _options.Dispose();
        _tensors.ForEach(tensor => tensor.Dispose());
        _tensors.Clear();
    }

    private OrtTensor Bind(string name, OrtTensor tensor, delegate* unmanaged<nint, byte*, nint, nint> bind)
    {
        _tensors.Add(tensor);
        var text = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            _runtime.ThrowIfFailed(bind(_binding.Value, (byte*)text, tensor.Value.Value));
            return tensor;
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }
}
