using Appliance.Capture.Frames;

namespace Appliance.UnitTests.Capture.Frames;

public sealed class StreamRecipeTests
{
    [Theory]
    [InlineData("application/x-rtp, media=(string)video, payload=(int)96, encoding-name=(string)H264", "h264")]
    [InlineData("application/x-rtp, media=(string)video, encoding-name=(string)H265, clock-rate=(int)90000", "h265")]
    [InlineData("application/x-rtp, media=(string)video, encoding-name=(string)JPEG", "jpeg")]
    [InlineData("application/x-rtp, media=(string)audio, encoding-name=(string)MPEG4-GENERIC", "")]
    [InlineData("application/x-rtp, media=(string)application, encoding-name=(string)VND.ONVIF.METADATA", "")]
    [InlineData("video/x-h264, stream-format=(string)avc", "h264")]
    [InlineData("video/mpeg, mpegversion=(int)4, systemstream=(boolean)false", "mpeg4")]
    [InlineData("image/jpeg", "jpeg")]
    [InlineData("video/x-raw(memory:DMABuf), format=(string)NV12", "raw")]
    [InlineData("audio/mpeg, mpegversion=(int)4", "")]
    [InlineData("video/x-exotic", "x-exotic")]
    public void Codec_Caps_NamesIt(string caps, string codec) => Assert.Equal(codec, StreamRecipe.Codec(caps));

    [Fact]
    public void Container_Mp4_NeedsNoDetection() =>
        Assert.Equal("qtdemux", StreamRecipe.Container([0, 0, 0, 0x20, .. "ftypisom"u8, 0, 0, 0, 0]));

    [Fact]
    public void Container_ShortFile_IsLeftToDetection() => Assert.Null(StreamRecipe.Container([0, 0]));
}
