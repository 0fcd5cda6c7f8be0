using System.Collections.Concurrent;
using Appliance.Capture.Cameras;
using Appliance.Capture.Encoding;
using Appliance.Capture.Frames;
using Appliance.Capture.Serving;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.Native.GStreamer;

namespace Appliance.IntegrationTests.Capture;

[Collection(CaptureCollection.Name)]
public sealed class RtspCameraTests(RecordedClip clip)
{
    [Theory]
    [InlineData(CameraTransport.Tcp)]
    [InlineData(CameraTransport.Udp)]
    [InlineData(CameraTransport.Auto)]
    public async Task Run_Transport_GivesTheFramesThatWereSent(CameraTransport transport)
    {
        using var server = RtspServer.Start();
        var mount = server.Mount("/gate", clip.Path);
        var seen = new ConcurrentQueue<byte>();
        await using var camera = new WatchedCamera(
            Camera(mount.Url) with { Transport = transport }, frame => seen.Enqueue(frame.Plane(0)[frame.Stride(0) * 20]));

        await camera.More(RecordedClip.Frames);

        var health = camera.Worker.Health;
        var brightness = seen.ToHashSet();
        Assert.Equal((CameraState.Running, "h264"), (health.State, health.Codec));
        Assert.Equal((RecordedClip.Width, RecordedClip.Height), (health.Width, health.Height));
        // Each frame has its own brightness, 4 apart; whatever is seen must be one of them.
        Assert.True(brightness.Count > 30);
        Assert.All(brightness, value => Assert.InRange(Math.Abs(((value - 40 + 2) % 4) - 2), 0, 1));
    }

    [Fact]
    public async Task Run_LoopedFile_TimeGoesOnWithoutRestart()
    {
        using var server = RtspServer.Start();
        var mount = server.Mount("/gate", clip.Path);
        var seen = new ConcurrentQueue<TimeSpan>();
        await using var camera = new WatchedCamera(Camera(mount.Url), frame => seen.Enqueue(frame.MediaTime));

        await camera.More(2 * RecordedClip.Frames);

        Assert.Equal(0, camera.Worker.Health.Restarts);
        var times = seen.ToArray();
        var steps = times.Zip(times.Skip(1), (a, b) => (b - a).TotalMilliseconds).ToArray();
        // Frames may be dropped while a loaded machine stands still; a loop that went wrong would leap by the clip's length or go back.
        var clipLength = 1000.0 * RecordedClip.Frames / RecordedClip.FramesPerSecond;
        Assert.All(steps, step => Assert.InRange(step, 1, 0.9 * clipLength));
    }

    [Fact]
    public async Task Run_WrongPassword_SaysSoAndKeepsTheSecret()
    {
        using var server = RtspServer.Start(username: "admin", password: "right one");
        var mount = server.Mount("/gate", clip.Path);
        await using var wrong = new WatchedCamera(Camera(mount.Url) with { Username = "admin", Password = "s3cret!" });
        await using var none = new WatchedCamera(Camera(mount.Url));
        await using var right = new WatchedCamera(Camera(mount.Url) with { Username = "admin", Password = "right one" });
        await using var inUrl = new WatchedCamera(Camera(mount.Url.Replace("rtsp://", "rtsp://admin:right%20one@")));

        await right.More(3);
        await inUrl.More(3);
        var refused = await wrong.Is(CameraState.Lost);
        var anonymous = await none.Is(CameraState.Lost);

        Assert.Contains("authentication failed", refused.Reason);
        Assert.Contains("authentication failed", anonymous.Reason);
        Assert.All(wrong.History, health => Assert.DoesNotContain("s3cret!", health.ToString()));
        Assert.All(inUrl.History, health => Assert.DoesNotContain("right", health.ToString()));
    }

    [Fact]
    public async Task Run_NothingThere_SaysWhatIsWrong()
    {
        using var server = RtspServer.Start();
        var mount = server.Mount("/gate", clip.Path);
        int free;
        using (var other = RtspServer.Start())
            free = other.Port;
        await using var path = new WatchedCamera(Camera(mount.Url + "-not"));
        await using var port = new WatchedCamera(Camera($"rtsp://127.0.0.1:{free}/gate"));

        Assert.Contains("no stream at this path", (await path.Is(CameraState.Lost)).Reason);
        Assert.Contains("connection refused", (await port.Is(CameraState.Lost)).Reason);
    }

    [Fact]
    public async Task Run_CameraKilledAndBack_ResumesAndTheOtherNeverNotices()
    {
        using var server = RtspServer.Start();
        var gate = server.Mount("/gate", clip.Path);
        var yard = server.Mount("/yard", clip.Path);
        await using var first = new WatchedCamera(Camera(gate.Url));
        await using var second = new WatchedCamera(Camera(yard.Url));
        await first.More(5);
        await second.More(5);

        gate.Kill();
        var lost = await first.Is(CameraState.Lost);
        await second.More(10);
        gate.Revive();
        var back = await first.Is(CameraState.Running);
        await first.More(5);

        Assert.NotEqual("", lost.Reason);
        Assert.InRange(back.Restarts, 1, 10);
        Assert.Equal(0, second.Worker.Health.Restarts);
        Assert.Equal([CameraState.Starting, CameraState.Running], second.History.Select(health => health.State));
    }

    [Fact]
    public async Task Run_SilentCamera_IsNoticedAndReopened()
    {
        using var server = RtspServer.Start();
        var mount = server.Mount("/gate", clip.Path);
        await using var camera = new WatchedCamera(Camera(mount.Url) with { SilenceTimeout = TimeSpan.FromSeconds(2) });
        await camera.More(5);

        mount.Silent = true;
        var silent = await camera.Is(CameraState.Silent);
        mount.Silent = false;
        await camera.Is(CameraState.Running);
        await camera.More(5);

        Assert.Contains("no picture for 2 s", silent.Reason);
    }

    [Fact]
    public async Task Run_BrokenBitstream_IsNoticedAndRecovers()
    {
        using var server = RtspServer.Start();
        var mount = server.Mount("/gate", clip.Path);
        await using var camera = new WatchedCamera(Camera(mount.Url) with { SilenceTimeout = TimeSpan.FromSeconds(3) });
        await camera.More(5);

        mount.Corrupt = true;
        var broken = await camera.Is(CameraState.Broken);
        mount.Corrupt = false;
        await camera.Is(CameraState.Running);
        await camera.More(5);

        Assert.Contains("bitstream broken", broken.Reason);
    }

    [Fact]
    public async Task PreRoll_CutAndMuxed_IsAPlayableFile()
    {
        using var server = RtspServer.Start();
        var mount = server.Mount("/gate", clip.Path);
        await using var camera = new WatchedCamera(Camera(mount.Url) with { PreRollSeconds = 2 });
        await camera.More(5 * RecordedClip.FramesPerSecond);
        var file = Path.Combine(clip.Folder, "evidence.mp4");

        // From a packet on, not from a moment: two seconds of pictures may have come in any time.
        var all = camera.Worker.PreRoll.CopySince(DateTimeOffset.MinValue)!;
        var kept = camera.Worker.PreRoll.CopySince(all[all.Count - (2 * RecordedClip.FramesPerSecond)].CapturedAt)!;
        using (var writer = Mp4Writer.Create(file, kept.Caps))
        {
            writer.Write(kept);
            writer.Finish();
        }

        Assert.True(kept[0].IsKeyFrame);
        using var reader = VideoReader.Open(file);
        var frames = 0;
        while (reader.TryRead(out var frame))
        {
            frame.Dispose();
            frames++;
        }

        Assert.Equal(kept.Count, frames);
        Assert.InRange(frames, 2 * RecordedClip.FramesPerSecond, 4 * RecordedClip.FramesPerSecond);
    }

    [Fact]
    public async Task Run_OpenedAndClosedManyTimes_LeavesNothingBehind()
    {
        var before = Pipeline.Alive;
        using (var server = RtspServer.Start())
        {
            var mount = server.Mount("/gate", clip.Path);
            for (var round = 0; round < 12; round++)
            {
                await using var camera = new WatchedCamera(Camera(mount.Url));
                // Some closed while still connecting, some while playing.
                if (round % 3 != 0)
                    await camera.More(1);
            }
        }

        // A thread of GStreamer may be the last to let go, and what an earlier test left may be collected only now.
        await Patience.Until("no pipeline left", () => Task.FromResult(Pipeline.Alive <= before ? "" : null));
    }

    [Fact]
    public void Start_PortTaken_SaysSo()
    {
        using var server = RtspServer.Start();

        var refusal = Assert.Throws<Appliance.Capture.CaptureException>(() => RtspServer.Start(server.Port));

        Assert.Contains($"127.0.0.1:{server.Port}", refusal.Message);
    }

    private static CameraOptions Camera(string url) => new() { Id = "gate", Source = url, FramesPerSecond = 60 };
}
