using Appliance.Native.OnnxRuntime;

namespace Appliance.UnitTests.Native.OnnxRuntime;

public class OrtExceptionTests
{
    [Theory]
    [InlineData("CUDA execution provider is not enabled in this build. ", "CUDA execution provider is not enabled in this build.")]
    [InlineData(
        "/src/provider_bridge_ort.cc:1988 Provider& Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library x.so with error: x.so: no\n",
        "Failed to load library x.so with error: x.so: no")]
    [InlineData("[ONNXRuntimeError] : odd", "[ONNXRuntimeError] : odd")]
    public void Plain_LibrarysMessage_KeepsWhatHappened(string message, string plain) =>
        Assert.Equal(plain, OrtException.Plain(message));
}
