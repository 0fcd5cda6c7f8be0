namespace Appliance.Native.OnnxRuntime;

/// <summary>ONNX Runtime refused something; the message is its own.</summary>
public sealed class OrtException : Exception
{
    internal OrtException(int code, string message)
        : base(Plain(message))
    {
        HResult = code;
    }

    /// <summary>The library's <c>OrtErrorCode</c>.</summary>
    public int Code => HResult;

    /// <summary>
    /// Some messages are wrapped: <c>/path/in/their/build.cc:1988 function [ONNXRuntimeError] : 1 : FAIL : what happened</c>. Only the
    /// last part helps anybody here.
    /// </summary>
    internal static string Plain(string message)
    {
        const string Mark = "[ONNXRuntimeError] : ";
        const int PartsBeforeText = 2; // The code and its name.
        var text = message.ReplaceLineEndings(" ").Trim();
        var mark = text.LastIndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0)
            return text;

        var parts = text[(mark + Mark.Length)..].Split(" : ", PartsBeforeText + 1);
        return parts.Length > PartsBeforeText ? parts[PartsBeforeText] : text;
    }
}
