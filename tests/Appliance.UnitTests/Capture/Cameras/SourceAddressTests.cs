using Appliance.Capture;
using Appliance.Capture.Cameras;

namespace Appliance.UnitTests.Capture.Cameras;

public sealed class SourceAddressTests
{
    [Theory]
    [InlineData("rtsp://cam.local/a", "rtsp://cam.local/a", null, null)]
    [InlineData("rtsp://user:secret@cam.local:8554/a?b=c@d", "rtsp://cam.local:8554/a?b=c@d", "user", "secret")]
    [InlineData("rtsp://user:p%40ss@cam/a", "rtsp://cam/a", "user", "p@ss")]
    [InlineData("rtsp://user:p@ss@cam/a", "rtsp://cam/a", "user", "p@ss")]
    [InlineData("RTSPS://user:a:b@[fe80::1]:322/a", "RTSPS://[fe80::1]:322/a", "user", "a:b")]
    [InlineData("http://user@cam", "http://cam", "user", null)]
    public void Parse_CredentialsInUrl_AreTakenOut(string source, string location, string? user, string? password)
    {
        var address = SourceAddress.Parse(source);

        Assert.Equal((location, user, password), (address.Location, address.Username, address.Password));
        Assert.Equal(location, address.ToString());
    }

    [Fact]
    public void Parse_OptionsGiven_WinOverTheUrl()
    {
        var address = SourceAddress.Parse("rtsp://a:b@cam/x", "c", "d");

        Assert.Equal(("c", "d"), (address.Username, address.Password));
    }

    [Theory]
    [InlineData("/dev/video0", "Device")]
    [InlineData("/videos/a.mp4", "File")]
    [InlineData("file:///videos/a%20b.mp4", "File")]
    [InlineData("test://", "TestPattern")]
    [InlineData("https://cam/mjpeg", "Http")]
    [InlineData("rtsps://cam/mjpeg", "Rtsp")]
    public void Parse_Source_KnowsTheKind(string source, string kind) => Assert.Equal(kind, SourceAddress.Parse(source).Kind.ToString());

    [Fact]
    public void Parse_FileUrl_IsUnescaped() => Assert.Equal("/videos/a b.mp4", SourceAddress.Parse("file:///videos/a%20b.mp4").Location);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("ftp://cam/a")]
    [InlineData("javascript://x")]
    public void Parse_SomethingElse_IsRefused(string source) => Assert.Throws<CaptureException>(() => SourceAddress.Parse(source));
}
