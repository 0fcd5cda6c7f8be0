namespace Appliance.Native.OnnxRuntime;

/// <summary>The ONNX Runtime library of this process: found, loaded and probed once.</summary>
public sealed class OrtRuntime
{
    /// <summary>Finds and loads the library; never throws. One library per process: later paths are ignored once it is loaded.</summary>
    /// <param name="configuredPath">Path from the configuration, or null.</param>
    public static OrtRuntime Load(string? configuredPath = null) => throw new NotImplementedException(configuredPath);

    /// <summary>The library is loaded and offers the C API that is needed.</summary>
    public bool IsAvailable => WhyNot is null;

    /// <summary>Why not, and where it was looked for; null when available.</summary>
    public string? WhyNot { get; }

    /// <summary>Such as <c>1.30.0</c>; empty when not available.</summary>
    public string Version { get; } = "";

    /// <summary>File that was loaded; empty when not available.</summary>
    public string LibraryPath { get; } = "";
}
