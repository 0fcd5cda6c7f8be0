using System.Runtime.InteropServices;

namespace Appliance.Native.OnnxRuntime;

internal static partial class NativeMethods
{
    /// <summary>The only symbol that is imported; the path is known at run time only, so it is looked up by hand.</summary>
    internal const string EntryPoint = "OrtGetApiBase";

    /// <summary>
    /// .NET keeps its own copy of the environment; a native library sees only what libc was told.
    /// </summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnvironment(string name, string value, int overwrite);
}
