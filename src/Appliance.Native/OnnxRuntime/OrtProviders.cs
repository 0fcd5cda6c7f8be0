using System.Globalization;
using System.Runtime.InteropServices;

namespace Appliance.Native.OnnxRuntime;

/// <summary>Puts an execution provider into session options.</summary>
internal static unsafe class OrtProviders
{
    internal const string Cpu = "cpu";

    /// <exception cref="OrtException">The build lacks it or its libraries do not load; the message says which.</exception>
    internal static void Append(OrtRuntime runtime, nint options, string provider, OrtSessionSettings settings)
    {
        var api = runtime.Api;
        switch (provider)
        {
            case "cuda":
                Append(
                    runtime, options, Cuda(settings),
                    api->CreateCudaOptions, api->UpdateCudaOptions, api->AppendCuda, api->ReleaseCudaOptions);
                break;
            case "tensorrt":
                Append(
                    runtime, options, TensorRt(settings),
                    api->CreateTensorRtOptions, api->UpdateTensorRtOptions, api->AppendTensorRt, api->ReleaseTensorRtOptions);
                break;
            default:
                throw new OrtException(0, $"no such provider; known are tensorrt, cuda, cpu");
        }
    }

    private static Dictionary<string, string> Cuda(OrtSessionSettings settings) => new()
    {
        ["device_id"] = settings.DeviceId.ToString(CultureInfo.InvariantCulture),
        ["arena_extend_strategy"] = "kSameAsRequested",
    };

    private static Dictionary<string, string> TensorRt(OrtSessionSettings settings)
    {
        var entries = new Dictionary<string, string>
        {
            ["device_id"] = settings.DeviceId.ToString(CultureInfo.InvariantCulture),
            ["trt_fp16_enable"] = "1",
        };
        if (settings.EngineCache is { } folder)
        {
            // Building an engine takes minutes on a small GPU; the cache makes that once per model and driver.
            Directory.CreateDirectory(folder);
            entries["trt_engine_cache_enable"] = "1";
            entries["trt_engine_cache_path"] = folder;
            entries["trt_timing_cache_enable"] = "1";
            entries["trt_timing_cache_path"] = folder;
        }

        return entries;
    }

    private static void Append(
        OrtRuntime runtime, nint options, Dictionary<string, string> entries, delegate* unmanaged<nint*, nint> create,
        delegate* unmanaged<nint, byte**, byte**, nuint, nint> update, delegate* unmanaged<nint, nint, nint> append,
        delegate* unmanaged<nint, void> release)
    {
        nint provider;
        runtime.ThrowIfFailed(create(&provider));
        var strings = new List<nint>();
        try
        {
            var keys = stackalloc byte*[entries.Count];
            var values = stackalloc byte*[entries.Count];
            var count = 0;
            foreach (var (key, value) in entries)
            {
                strings.Add(Marshal.StringToCoTaskMemUTF8(key));
                strings.Add(Marshal.StringToCoTaskMemUTF8(value));
                keys[count] = (byte*)strings[^2];
                values[count++] = (byte*)strings[^1];
            }

            runtime.ThrowIfFailed(update(provider, keys, values, (nuint)count));
            runtime.ThrowIfFailed(append(options, provider));
        }
        finally
        {
            strings.ForEach(Marshal.FreeCoTaskMem);
            release(provider);
        }
    }
}
