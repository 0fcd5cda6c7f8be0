namespace Appliance.Native.OnnxRuntime;

/// <summary>ONNX Runtime refused something; the message is its own.</summary>
public sealed class OrtException : Exception
{
    internal OrtException(int code, string message)
        : base(message)
    {
        HResult = code;
    }

    /// <summary>The library's <c>OrtErrorCode</c>.</summary>
    public int Code => HResult;
}
