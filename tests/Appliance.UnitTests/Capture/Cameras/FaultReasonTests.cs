using Appliance.Capture.Cameras;
using Appliance.Native.GStreamer;

namespace Appliance.UnitTests.Capture.Cameras;

public sealed class FaultReasonTests
{
    private static readonly SourceAddress s_camera = SourceAddress.Parse("rtsp://admin:s3cret@127.0.0.1/a");

    [Theory]
    [InlineData(GStreamerDomain.Resource, 15, "Unauthorized", CameraState.Lost, "authentication failed")]
    [InlineData(GStreamerDomain.Resource, 3, "Not found", CameraState.Lost, "no stream at this path")]
    [InlineData(GStreamerDomain.Resource, 9, "Unsupported transport (461)", CameraState.Lost, "refuses this transport")]
    [InlineData(GStreamerDomain.Stream, 6, "No decoder", CameraState.Broken, "codec not supported")]
    [InlineData(GStreamerDomain.Stream, 7, "Failed to decode", CameraState.Broken, "bitstream broken")]
    [InlineData(GStreamerDomain.Core, 12, "Missing plugin", CameraState.Broken, "codec not supported")]
    public void From_Fault_SaysWhatToDo(GStreamerDomain domain, int code, string message, CameraState state, string words)
    {
        var fault = FaultReason.From(new GStreamerFault("source", domain, code, message, ""), s_camera);

        Assert.Equal(state, fault.State);
        Assert.Contains(words, fault.Message);
        Assert.Contains("rtsp://127.0.0.1/a", fault.Message);
    }

    [Fact]
    public void From_PasswordInText_IsRemoved()
    {
        var fault = FaultReason.From(
            new GStreamerFault("source", GStreamerDomain.Stream, 1, "cannot use s3cret", "x\nadmin:s3cret@cam"), s_camera);

        Assert.DoesNotContain("s3cret", fault.Message);
    }

    [Theory]
    [InlineData(3, "", "no such device")]
    [InlineData(4, "", "in use by another program")]
    [InlineData(5, "x.c\nsystem error: Permission denied", "group 'video'")]
    public void From_Device_SaysWhatToDo(int code, string debug, string words)
    {
        var fault = FaultReason.From(
            new GStreamerFault("device", GStreamerDomain.Resource, code, "Cannot open", debug), SourceAddress.Parse("/dev/video3"));

        Assert.Contains(words, fault.Message);
        Assert.Contains("/dev/video3", fault.Message);
    }
}
