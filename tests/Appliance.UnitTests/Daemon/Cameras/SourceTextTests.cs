using Appliance.Capture.Cameras;
using Appliance.Daemon.Cameras;

namespace Appliance.UnitTests.Daemon.Cameras;

public class SourceTextTests
{
    [Theory]
    [InlineData("rtsp://host/path", "rtsp://host/path", null, null)]
    [InlineData("rtsp://u:p@host/path", "rtsp://host/path", "u", "p")]
    [InlineData("rtsp://u:p@ss@host:554/a@b", "rtsp://host:554/a@b", "u", "p@ss")]
    [InlineData("rtsp://u@host", "rtsp://host", "u", null)]
    [InlineData("http://u:p%2Fq@host/x?y=u:p@z", "http://host/x?y=u:p@z", "u", "p/q")]
    [InlineData("/srv/video@home.mp4", "/srv/video@home.mp4", null, null)]
    public void Split_Source_TakesCredentialsOut(string source, string clean, string? username, string? password) =>
        Assert.Equal((clean, username, password), SourceText.Split(source));

    [Fact]
    public void With_OtherSource_KeepsEveryOtherOption()
    {
        var camera = new CameraOptions { Id = "a", Source = "x", FramesPerSecond = 7, Loop = true, FrozenTimeout = TimeSpan.FromMinutes(1), Enabled = false };

        var copy = CameraOptionsCopy.With(camera, "y", "u", "p");

        Assert.Equal(("a", "y", "u", "p", 7, true, TimeSpan.FromMinutes(1), false),
            (copy.Id, copy.Source, copy.Username, copy.Password, copy.FramesPerSecond, copy.Loop, copy.FrozenTimeout!.Value, copy.Enabled));
    }
}
