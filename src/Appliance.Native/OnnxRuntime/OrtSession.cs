using System.Runtime.InteropServices;

namespace Appliance.Native.OnnxRuntime;

/// <summary>A loaded model. Thread-safe: any number of <see cref="OrtBinding"/>s may run on it at once.</summary>
public sealed unsafe class OrtSession : IDisposable
{
    private OrtSession(OrtRuntime runtime, OrtHandle handle, string provider, IReadOnlyList<OrtRefusal> refusals)
    {
        Runtime = runtime;
        Handle = handle;
        Provider = provider;
        Refusals = refusals;
        Inputs = ReadPorts(inputs: true);
        Outputs = ReadPorts(inputs: false);
    }

    public OrtRuntime Runtime { get; }

    /// <summary>The provider asked first for each node: <c>tensorrt</c>, <c>cuda</c> or <c>cpu</c>.</summary>
    public string Provider { get; }

    /// <summary>Providers that were tried before and refused.</summary>
    public IReadOnlyList<OrtRefusal> Refusals { get; }

    public IReadOnlyList<OrtPort> Inputs { get; }

    public IReadOnlyList<OrtPort> Outputs { get; }

    internal OrtHandle Handle { get; }

    /// <summary>Loads a model with the first provider that accepts it.</summary>
    /// <exception cref="InvalidOperationException">The library is not available.</exception>
    /// <exception cref="OrtException">The file is no model, or not even the CPU can run it.</exception>
    public static OrtSession Open(OrtRuntime runtime, string path, OrtSessionSettings settings)
    {
        var file = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            return Open(runtime, settings, (nint options, out nint session) =>
            {
                nint created = 0;
                var status = runtime.Api->CreateSession(runtime.Environment.Value, (byte*)file, options, &created);
                session = created;
                return status;
            });
        }
        finally
        {
            Marshal.FreeCoTaskMem(file);
        }
    }

    /// <summary>The same for a model in memory, which is not needed afterwards.</summary>
    /// <inheritdoc cref="Open(OrtRuntime, string, OrtSessionSettings)"/>
    public static OrtSession Open(OrtRuntime runtime, ReadOnlyMemory<byte> model, OrtSessionSettings settings)
    {
        using var pinned = model.Pin();
        var bytes = (nint)pinned.Pointer;
        return Open(runtime, settings, (nint options, out nint session) =>
        {
            nint created = 0;
            var status = runtime.Api->CreateSessionFromArray(
                runtime.Environment.Value, (void*)bytes, (nuint)model.Length, options, &created);
            session = created;
            return status;
        });
    }

    private delegate nint SessionMaker(nint options, out nint session);

    private static OrtSession Open(OrtRuntime runtime, OrtSessionSettings settings, SessionMaker create)
    {
        var refusals = new List<OrtRefusal>();
        var wanted = settings.Providers.TakeWhile(provider => provider != OrtProviders.Cpu).ToList();

        // A provider can refuse when it is added or only when it sees the model, so each is added alone first.
        wanted.RemoveAll(provider => !TryCreateOptions(runtime, settings, [provider], refusals, out _));
        while (true)
        {
            try
            {
                _ = TryCreateOptions(runtime, settings, wanted, refusals, out var options);
                using (options)
                {
                    nint session = 0, status = 0;
                    Aside(() => status = create(options!.Value, out session));
                    runtime.ThrowIfFailed(status);
                    return new(
                        runtime, new(session, runtime.Api->ReleaseSession, runtime.Environment),
                        wanted.FirstOrDefault(OrtProviders.Cpu), refusals);
                }
            }
            catch (OrtException error) when (wanted.Count > 0)
            {
                refusals.Add(new(wanted[0], error.Message));
                wanted.RemoveAt(0);
            }
        }
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>Runs it on a thread that ends afterwards.</summary>
    /// <remarks>
    /// Told to flush denormal numbers to zero, ONNX Runtime leaves the thread that makes a session in that mode for good. A
    /// thread of the pool would then spell 1e-310 as 0 in whatever it signs next.
    /// </remarks>
    private static void Aside(Action work)
    {
        var thread = new Thread(work.Invoke) { IsBackground = true, Name = "ort-open" };
        thread.Start();
        thread.Join();
    }

    private static bool TryCreateOptions(
        OrtRuntime runtime, OrtSessionSettings settings, IReadOnlyList<string> providers, List<OrtRefusal> refusals,
        out OrtHandle? handle)
    {
        nint created;
        runtime.ThrowIfFailed(runtime.Api->CreateSessionOptions(&created));
        handle = new(created, runtime.Api->ReleaseSessionOptions);
        Configure(runtime, handle.Value, settings);
        foreach (var provider in providers)
        {
            try
            {
                OrtProviders.Append(runtime, handle.Value, provider, settings);
            }
            catch (OrtException error)
            {
                refusals.Add(new(provider, error.Message));
                handle.Dispose();
                return false;
            }
        }

        return true;
    }

    private static void Configure(OrtRuntime runtime, nint options, OrtSessionSettings settings)
    {
        const int Fatal = 4;
        var api = runtime.Api;
        runtime.ThrowIfFailed(api->SetSessionLogSeverityLevel(options, Fatal));
        runtime.ThrowIfFailed(api->SetSessionGraphOptimizationLevel(options, settings.GraphOptimization));
        runtime.ThrowIfFailed(api->SetIntraOpNumThreads(options, settings.Threads));
        runtime.ThrowIfFailed(api->SetInterOpNumThreads(options, settings.Parallel ? settings.Threads : 1));
        runtime.ThrowIfFailed(api->SetSessionExecutionMode(options, settings.Parallel ? 1 : 0));
        if (!settings.MemoryPattern)
            runtime.ThrowIfFailed(api->DisableMemPattern(options));

        if (!settings.Arena)
            runtime.ThrowIfFailed(api->DisableCpuMemArena(options));
        AddEntry(runtime, options, "session.use_env_allocators", settings.Arena ? "1" : "0");

        // A thread that spins between runs burns a core of a box that has four.
        AddEntry(runtime, options, "session.intra_op.allow_spinning", settings.Spinning ? "1" : "0");
        AddEntry(runtime, options, "session.inter_op.allow_spinning", settings.Spinning ? "1" : "0");

        // Activations that fade out become denormal numbers, which cost a hundred cycles each.
        AddEntry(runtime, options, "session.set_denormal_as_zero", "1");
        foreach (var (key, value) in settings.Entries)
            AddEntry(runtime, options, key, value);
    }

    private static void AddEntry(OrtRuntime runtime, nint options, string key, string value)
    {
        var nativeKey = Marshal.StringToCoTaskMemUTF8(key);
        var nativeValue = Marshal.StringToCoTaskMemUTF8(value);
        try
        {
            runtime.ThrowIfFailed(
                runtime.Api->AddSessionConfigEntry(options, (byte*)nativeKey, (byte*)nativeValue));
        }
        finally
        {
            Marshal.FreeCoTaskMem(nativeKey);
            Marshal.FreeCoTaskMem(nativeValue);
        }
    }

    private OrtPort[] ReadPorts(bool inputs)
    {
        var api = Runtime.Api;
        nuint count;
        Runtime.ThrowIfFailed(
            inputs ? api->SessionGetInputCount(Handle.Value, &count) : api->SessionGetOutputCount(Handle.Value, &count));
        nint allocator;
        Runtime.ThrowIfFailed(api->GetAllocatorWithDefaultOptions(&allocator));

        var ports = new OrtPort[(int)count];
        for (nuint i = 0; i < count; i++)
        {
            byte* name;
            nint type;
            Runtime.ThrowIfFailed(inputs
                ? api->SessionGetInputName(Handle.Value, i, allocator, &name)
                : api->SessionGetOutputName(Handle.Value, i, allocator, &name));
            var text = OrtRuntime.Text(name);
            Runtime.ThrowIfFailed(api->AllocatorFree(allocator, name));
            Runtime.ThrowIfFailed(inputs
                ? api->SessionGetInputTypeInfo(Handle.Value, i, &type)
                : api->SessionGetOutputTypeInfo(Handle.Value, i, &type));
            using var owner = new OrtHandle(type, api->ReleaseTypeInfo);
            ports[(int)i] = new(text, ReadShape(type));
        }

        return ports;
    }

    private long[] ReadShape(nint type)
    {
        var api = Runtime.Api;
        nint tensor;
        nuint rank;
        Runtime.ThrowIfFailed(api->CastTypeInfoToTensorInfo(type, &tensor));
        if (tensor == 0)
            return [];

        Runtime.ThrowIfFailed(api->GetDimensionsCount(tensor, &rank));
        var shape = new long[(int)rank];
        fixed (long* sizes = shape)
            Runtime.ThrowIfFailed(api->GetDimensions(tensor, sizes, rank));
        return shape;
    }
}
