using System.Collections.Concurrent;
using Appliance.Capture.Cameras;
using Appliance.Capture.Photos;

namespace Appliance.IntegrationTests.Capture;

[Collection(CaptureCollection.Name)]
public sealed class MjpegCameraTests
{
    [Fact]
    public async Task Run_HttpCamera_GivesItsPictures()
    {
        await using var server = new MjpegServer(Pictures());
        var brightness = new ConcurrentQueue<byte>();
        await using var camera = new WatchedCamera(
            Camera(server.Url), frame => brightness.Enqueue(frame.Plane(0)[frame.Stride(0) * 20]));

        await camera.More(20);

        var health = camera.Worker.Health;
        Assert.Equal((CameraState.Running, "jpeg"), (health.State, health.Codec));
        Assert.Equal((RecordedClip.Width, RecordedClip.Height), (health.Width, health.Height));
        Assert.True(brightness.Distinct().Count() >= 3);
        Assert.NotNull(camera.Worker.PreRoll.CopySince(DateTimeOffset.MinValue));
    }

    [Fact]
    public async Task Run_WrongPassword_SaysSo()
    {
        await using var server = new MjpegServer(Pictures(), "admin", "right");
        await using var right = new WatchedCamera(Camera(server.Url) with { Username = "admin", Password = "right" });
        await using var wrong = new WatchedCamera(Camera(server.Url) with { Username = "admin", Password = "wrong" });

        await right.More(3);

        Assert.Contains("authentication failed", (await wrong.Is(CameraState.Lost)).Reason);
    }

    [Fact]
    public async Task Run_ServerEnds_IsLost()
    {
        var server = new MjpegServer(Pictures());
        await using var camera = new WatchedCamera(Camera(server.Url));
        await camera.More(3);

        await server.DisposeAsync();

        Assert.NotEqual("", (await camera.Is(CameraState.Lost)).Reason);
    }

    private static byte[][] Pictures() => [.. Enumerable.Range(0, 5).Select(i =>
    {
        using var frame = RecordedClip.Picture(4 * i);
        return JpegEncoder.Encode(frame);
    })];

    private static CameraOptions Camera(string url) => new() { Id = "http", Source = url, FramesPerSecond = 60 };
}
