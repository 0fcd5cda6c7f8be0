using System.Runtime.InteropServices;
using System.Text;

namespace Appliance.Native.OnnxRuntime;

/// <summary>The ONNX Runtime library of this process: found, loaded and probed once.</summary>
public sealed unsafe class OrtRuntime
{
    private static readonly Lock s_loading = new();
    private static OrtRuntime? s_loaded;

    private readonly OrtApiTable* _api;
    private readonly OrtHandle? _environment;
    private readonly OrtHandle? _cpuMemory;

    private OrtRuntime(string whyNot) => WhyNot = whyNot;

    private OrtRuntime(OrtApiTable* api, string version, string path)
    {
        _api = api;
        Version = version;
        LibraryPath = path;
        _environment = CreateEnvironment();
        _cpuMemory = CreateCpuMemory();
        ShareArena();
        Providers = ReadProviders();
    }

    /// <summary>The library is loaded and offers the C API that is needed.</summary>
    public bool IsAvailable => WhyNot is null;

    /// <summary>Why not, and where it was looked for; null when available.</summary>
    public string? WhyNot { get; }

    /// <summary>Such as <c>1.30.0</c>; empty when not available.</summary>
    public string Version { get; } = "";

    /// <summary>File that was loaded; empty when not available.</summary>
    public string LibraryPath { get; } = "";

    /// <summary>Execution providers compiled into the library, in the library's words.</summary>
    public IReadOnlyList<string> Providers { get; } = [];

    internal OrtApiTable* Api => _api is not null ? _api : throw new InvalidOperationException(WhyNot);

    internal OrtHandle Environment => _environment ?? throw new InvalidOperationException(WhyNot);

    internal OrtHandle CpuMemory => _cpuMemory ?? throw new InvalidOperationException(WhyNot);

    /// <summary>
    /// Finds and loads the library; never throws. One library per process: once it is loaded the path is ignored. A failure is not
    /// kept, so that a library installed later is found by the next call.
    /// </summary>
    /// <param name="configuredPath">Path from the configuration, or null.</param>
    public static OrtRuntime Load(string? configuredPath = null)
    {
        lock (s_loading)
        {
            if (s_loaded is not null)
                return s_loaded;

            var runtime = Probe(OrtLibraryLocator.Candidates(
                configuredPath, System.Environment.GetEnvironmentVariable, AppContext.BaseDirectory));
            if (runtime.IsAvailable)
                s_loaded = runtime;
            return runtime;
        }
    }

    /// <summary>Throws the status of a call, if it is one, and frees it.</summary>
    internal void ThrowIfFailed(nint status)
    {
        if (status == 0)
            return;

        var error = new OrtException(_api->GetErrorCode(status), Text(_api->GetErrorMessage(status)));
        _api->ReleaseStatus(status);
        throw error;
    }

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";

    /// <summary>Tries the candidates in order; the first that loads and offers the API wins.</summary>
    internal static OrtRuntime Probe(IEnumerable<string> candidates)
    {
        // Release 1.30 writes a telemetry database under ~/.cache/Microsoft and knows a collector's URL; it looks at this
        // when it is loaded, not later.
        _ = NativeMethods.SetEnvironment("ORT_DISABLE_TELEMETRY", "1", 1);

        var faults = new StringBuilder();
        foreach (var path in candidates)
        {
            try
            {
                return Open(path);
            }
            catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException
                or BadImageFormatException or OrtException or NotSupportedException)
            {
                faults.Append(faults.Length > 0 ? "; " : "").Append(path).Append(": ").Append(Reason(path, error));
            }
        }

        return new($"ONNX Runtime was not found (run 'make setup', or set inference.library): {faults}");
    }

    private static string Reason(string path, Exception error) =>
        Path.IsPathRooted(path) && !File.Exists(path) ? "no such file" : error.Message;

    private static OrtRuntime Open(string path)
    {
        var library = NativeLibrary.Load(path);
        var getBase = (delegate* unmanaged<OrtApiBase*>)NativeLibrary.GetExport(library, NativeMethods.EntryPoint);
        var apiBase = getBase();
        var version = Text(apiBase->GetVersionString());

        // An older library writes a line to stderr for a version it does not know, so it is not even asked.
        if (!System.Version.TryParse(version, out var parsed) || parsed < new Version(1, (int)OrtApiTable.Version))
            throw new NotSupportedException($"release {version} is older than 1.{OrtApiTable.Version}");

        var api = apiBase->GetApi(OrtApiTable.Version);
        return api is not null
            ? new(api, version, path)
            : throw new NotSupportedException($"release {version} does not offer API version {OrtApiTable.Version}");
    }

    private OrtHandle CreateEnvironment()
    {
        const int Fatal = 4; // Errors come back as a status; the library's own copy on stderr would only double them.
        nint environment;
        fixed (byte* name = "watchpost\0"u8)
            ThrowIfFailed(_api->CreateEnv(Fatal, name, &environment));
        return new(environment, _api->ReleaseEnv);
    }

    private OrtHandle CreateCpuMemory()
    {
        const int ArenaAllocator = 1;
        const int DefaultMemory = 0;
        nint memory;
        ThrowIfFailed(_api->CreateCpuMemoryInfo(ArenaAllocator, DefaultMemory, &memory));
        return new(memory, _api->ReleaseMemoryInfo);
    }

    /// <summary>
    /// One arena for all sessions that grows by what is asked for instead of doubling: intermediate results of detector and embedder
    /// never live at the same time for long, and the resident size counts on a small box.
    /// </summary>
    private void ShareArena()
    {
        nint arena;
        fixed (byte* key = "arena_extend_strategy\0"u8)
        {
            var keys = key;
            nuint sameAsRequested = 1;
            ThrowIfFailed(_api->CreateArenaCfgV2(&keys, &sameAsRequested, 1, &arena));
        }

        try
        {
            ThrowIfFailed(_api->CreateAndRegisterAllocator(Environment.Value, CpuMemory.Value, arena));
        }
        finally
        {
            _api->ReleaseArenaCfg(arena);
        }
    }

    private string[] ReadProviders()
    {
        byte** names;
        int count;
        ThrowIfFailed(_api->GetAvailableProviders(&names, &count));
        var providers = new string[count];
        for (var i = 0; i < count; i++)
            providers[i] = Text(names[i]);
        ThrowIfFailed(_api->ReleaseAvailableProviders(names, count));
        return providers;
    }
}
