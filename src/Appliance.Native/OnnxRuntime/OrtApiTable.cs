using System.Runtime.InteropServices;

namespace Appliance.Native.OnnxRuntime;

/// <summary>What <c>OrtGetApiBase</c> returns.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct OrtApiBase
{
    public readonly delegate* unmanaged<uint, OrtApiTable*> GetApi;
    public readonly delegate* unmanaged<byte*> GetVersionString;
}

/// <summary>
/// The functions of <c>struct OrtApi</c> (onnxruntime_c_api.h) that are used here. The struct is append-only: the n-th pointer
/// means the same in every release, so each field carries its number there. Every function that returns <c>nint</c> returns an
/// <c>OrtStatus*</c>: 0 is success.
/// </summary>
[StructLayout(LayoutKind.Explicit)]
internal readonly unsafe struct OrtApiTable
{
    /// <summary>The release whose table is asked for; the newest function used is far older, and JetPack's builds are ≥ 1.16.</summary>
    internal const uint Version = 16;

    private const int Pointer = 8;

    [FieldOffset(1 * Pointer)]
    public readonly delegate* unmanaged<nint, int> GetErrorCode;

    [FieldOffset(2 * Pointer)]
    public readonly delegate* unmanaged<nint, byte*> GetErrorMessage;

    [FieldOffset(3 * Pointer)]
    public readonly delegate* unmanaged<int, byte*, nint*, nint> CreateEnv;

    [FieldOffset(7 * Pointer)]
    public readonly delegate* unmanaged<nint, byte*, nint, nint*, nint> CreateSession;

    [FieldOffset(8 * Pointer)]
    public readonly delegate* unmanaged<nint, void*, nuint, nint, nint*, nint> CreateSessionFromArray;

    [FieldOffset(10 * Pointer)]
    public readonly delegate* unmanaged<nint*, nint> CreateSessionOptions;

    [FieldOffset(13 * Pointer)]
    public readonly delegate* unmanaged<nint, int, nint> SetSessionExecutionMode;

    [FieldOffset(17 * Pointer)]
    public readonly delegate* unmanaged<nint, nint> DisableMemPattern;

    [FieldOffset(19 * Pointer)]
    public readonly delegate* unmanaged<nint, nint> DisableCpuMemArena;

    [FieldOffset(22 * Pointer)]
    public readonly delegate* unmanaged<nint, int, nint> SetSessionLogSeverityLevel;

    [FieldOffset(23 * Pointer)]
    public readonly delegate* unmanaged<nint, int, nint> SetSessionGraphOptimizationLevel;

    [FieldOffset(24 * Pointer)]
    public readonly delegate* unmanaged<nint, int, nint> SetIntraOpNumThreads;

    [FieldOffset(25 * Pointer)]
    public readonly delegate* unmanaged<nint, int, nint> SetInterOpNumThreads;

    [FieldOffset(30 * Pointer)]
    public readonly delegate* unmanaged<nint, nuint*, nint> SessionGetInputCount;

    [FieldOffset(31 * Pointer)]
    public readonly delegate* unmanaged<nint, nuint*, nint> SessionGetOutputCount;

    [FieldOffset(33 * Pointer)]
    public readonly delegate* unmanaged<nint, nuint, nint*, nint> SessionGetInputTypeInfo;

    [FieldOffset(34 * Pointer)]
    public readonly delegate* unmanaged<nint, nuint, nint*, nint> SessionGetOutputTypeInfo;

    [FieldOffset(36 * Pointer)]
    public readonly delegate* unmanaged<nint, nuint, nint, byte**, nint> SessionGetInputName;

    [FieldOffset(37 * Pointer)]
    public readonly delegate* unmanaged<nint, nuint, nint, byte**, nint> SessionGetOutputName;

    [FieldOffset(39 * Pointer)]
    public readonly delegate* unmanaged<nint*, nint> CreateRunOptions;

    [FieldOffset(49 * Pointer)]
    public readonly delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithDataAsOrtValue;

    [FieldOffset(55 * Pointer)]
    public readonly delegate* unmanaged<nint, nint*, nint> CastTypeInfoToTensorInfo;

    [FieldOffset(60 * Pointer)]
    public readonly delegate* unmanaged<nint, int*, nint> GetTensorElementType;

    [FieldOffset(61 * Pointer)]
    public readonly delegate* unmanaged<nint, nuint*, nint> GetDimensionsCount;

    [FieldOffset(62 * Pointer)]
    public readonly delegate* unmanaged<nint, long*, nuint, nint> GetDimensions;

    [FieldOffset(69 * Pointer)]
    public readonly delegate* unmanaged<int, int, nint*, nint> CreateCpuMemoryInfo;

    [FieldOffset(76 * Pointer)]
    public readonly delegate* unmanaged<nint, void*, nint> AllocatorFree;

    [FieldOffset(78 * Pointer)]
    public readonly delegate* unmanaged<nint*, nint> GetAllocatorWithDefaultOptions;

    [FieldOffset(92 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseEnv;

    [FieldOffset(93 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseStatus;

    [FieldOffset(94 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseMemoryInfo;

    [FieldOffset(95 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseSession;

    [FieldOffset(96 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseValue;

    [FieldOffset(97 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseRunOptions;

    [FieldOffset(98 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseTypeInfo;

    [FieldOffset(100 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseSessionOptions;

    [FieldOffset(125 * Pointer)]
    public readonly delegate* unmanaged<byte***, int*, nint> GetAvailableProviders;

    [FieldOffset(126 * Pointer)]
    public readonly delegate* unmanaged<byte**, int, nint> ReleaseAvailableProviders;

    [FieldOffset(130 * Pointer)]
    public readonly delegate* unmanaged<nint, byte*, byte*, nint> AddSessionConfigEntry;

    [FieldOffset(133 * Pointer)]
    public readonly delegate* unmanaged<nint, nint, nint, nint> RunWithBinding;

    [FieldOffset(134 * Pointer)]
    public readonly delegate* unmanaged<nint, nint*, nint> CreateIoBinding;

    [FieldOffset(135 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseIoBinding;

    [FieldOffset(136 * Pointer)]
    public readonly delegate* unmanaged<nint, byte*, nint, nint> BindInput;

    [FieldOffset(137 * Pointer)]
    public readonly delegate* unmanaged<nint, byte*, nint, nint> BindOutput;

    [FieldOffset(144 * Pointer)]
    public readonly delegate* unmanaged<nint, nint, nint, nint> CreateAndRegisterAllocator;

    [FieldOffset(157 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseArenaCfg;

    [FieldOffset(164 * Pointer)]
    public readonly delegate* unmanaged<byte**, nuint*, nuint, nint*, nint> CreateArenaCfgV2;

    [FieldOffset(170 * Pointer)]
    public readonly delegate* unmanaged<nint, nint, nint> AppendTensorRt;

    [FieldOffset(171 * Pointer)]
    public readonly delegate* unmanaged<nint*, nint> CreateTensorRtOptions;

    [FieldOffset(172 * Pointer)]
    public readonly delegate* unmanaged<nint, byte**, byte**, nuint, nint> UpdateTensorRtOptions;

    [FieldOffset(174 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseTensorRtOptions;

    [FieldOffset(204 * Pointer)]
    public readonly delegate* unmanaged<nint, nint, nint> AppendCuda;

    [FieldOffset(205 * Pointer)]
    public readonly delegate* unmanaged<nint*, nint> CreateCudaOptions;

    [FieldOffset(206 * Pointer)]
    public readonly delegate* unmanaged<nint, byte**, byte**, nuint, nint> UpdateCudaOptions;

    [FieldOffset(208 * Pointer)]
    public readonly delegate* unmanaged<nint, void> ReleaseCudaOptions;
}
