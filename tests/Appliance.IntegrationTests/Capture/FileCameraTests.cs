using Appliance.Capture;
using Appliance.Capture.Cameras;
using Appliance.Capture.Frames;
using Appliance.Core.Frames;

namespace Appliance.IntegrationTests.Capture;

[Collection(CaptureCollection.Name)]
public sealed class FileCameraTests(RecordedClip clip)
{
    [Fact]
    public void TryRead_WholeFile_GivesEveryFrameInOrder()
    {
        using var reader = VideoReader.Open(clip.Path);
        for (var i = 0; i < RecordedClip.Frames; i++)
        {
            Assert.True(reader.TryRead(out var frame));
            using (frame)
            {
                Assert.Equal(i, frame.Sequence);
                Assert.Equal(i * 1000.0 / RecordedClip.FramesPerSecond, frame.MediaTime.TotalMilliseconds, 1.0);
                Assert.InRange(frame.Plane(0)[frame.Stride(0) * 20], RecordedClip.Brightness(i) - 2, RecordedClip.Brightness(i) + 2);
                Assert.Equal((PixelFormat.I420, ColorSpace.Bt601Limited), (frame.Format, frame.ColorSpace));
            }
        }

        Assert.False(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.Equal((RecordedClip.Width, RecordedClip.Height, "h264"), (reader.Width, reader.Height, reader.Codec));
        Assert.Equal(3, reader.Duration!.Value.TotalSeconds, 0.1);
    }

    [Fact]
    public void TryRead_RateLimited_SkipsEvenly()
    {
        using var reader = VideoReader.Open(clip.Path, framesPerSecond: 5);
        var times = new List<double>();
        while (reader.TryRead(out var frame))
        {
            times.Add(frame.MediaTime.TotalSeconds);
            frame.Dispose();
        }

        Assert.InRange(times.Count, 14, 16);
        Assert.Equal(RecordedClip.Frames, reader.Decoded);
        Assert.All(times.Zip(times.Skip(1), (a, b) => b - a), step => Assert.InRange(step, 0.13, 0.27));
    }

    [Fact]
    public void TryRead_FramesHeldForLong_DecodingGoesOnAndTheyStayValid()
    {
        using var reader = VideoReader.Open(clip.Path);
        var held = new List<Frame>();
        while (reader.TryRead(out var frame))
            held.Add(frame);

        for (var i = 0; i < held.Count; i++)
            Assert.InRange(held[i].Plane(0)[0], RecordedClip.Brightness(i) - 2, RecordedClip.Brightness(i) + 2);
        held.ForEach(frame => frame.Dispose());
    }

    [Fact]
    public void TryRead_SteadyState_AllocatesNothing()
    {
        // The best of several readings, see Allocations.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            using var reader = VideoReader.Open(clip.Path);
            var allocated = 0L;
            for (var i = 0; reader.TryRead(out var frame); i++)
            {
                frame.Dispose();
                if (i == 9)
                    allocated = GC.GetAllocatedBytesForCurrentThread();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - allocated);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public async Task Run_FileEnds_StopsWithTheReason()
    {
        await using var camera = new WatchedCamera(File(clip.Path) with { Realtime = false });

        var stopped = await camera.Is(CameraState.Stopped);

        Assert.Equal("end of file", stopped.Reason);
        Assert.Equal(RecordedClip.Frames, stopped.Decoded);
    }

    [Fact]
    public async Task Run_Loop_GoesOnWithRisingTimes()
    {
        var frames = new List<(long Sequence, TimeSpan Time)>();
        await using var camera = new WatchedCamera(
            File(clip.Path) with { Realtime = false, Loop = true }, frame => frames.Add((frame.Sequence, frame.MediaTime)));

        await camera.More(3 * RecordedClip.Frames);
        await camera.Worker.StopAsync();

        Assert.Equal(0, camera.Worker.Health.Restarts);
        Assert.All(frames.Zip(frames.Skip(1)), pair =>
        {
            Assert.Equal(pair.First.Sequence + 1, pair.Second.Sequence);
            Assert.InRange((pair.Second.Time - pair.First.Time).TotalMilliseconds, 1, 200);
        });
    }

    [Fact]
    public async Task Run_CameraThread_AllocatesNothingInSteadyState()
    {
        // The best of several runs, see Allocations.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            var seen = 0;
            var allocated = new long[2];
            await using var camera = new WatchedCamera(
                File(clip.Path) with { Realtime = false },
                _ =>
                {
                    // On the camera's own thread.
                    if (++seen is 10 or 40)
                        allocated[seen / 40] = GC.GetAllocatedBytesForCurrentThread();
                });

            await camera.Is(CameraState.Stopped);
            least = Math.Min(least, allocated[1] - allocated[0]);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TryRead_DamagedFile_EndsOrSaysWhyNeverCrashes(int seed)
    {
        var random = new Random(seed);
        var bytes = System.IO.File.ReadAllBytes(clip.Path);
        // With faststart the index comes first: only the pictures are damaged.
        for (var i = 0; i < 400; i++)
            bytes[random.Next(bytes.Length / 4, bytes.Length)] = (byte)random.Next(256);
        var frames = ReadAll(Write($"damaged-{seed}.mp4", bytes));

        Assert.InRange(frames, 0, RecordedClip.Frames);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void TryRead_TruncatedFile_EndsOrSaysWhyNeverCrashes(double part)
    {
        var bytes = System.IO.File.ReadAllBytes(clip.Path);

        var frames = ReadAll(Write($"short-{part}.mp4", bytes[..(int)(bytes.Length * part)]));

        Assert.InRange(frames, 0, RecordedClip.Frames - 1);
    }

    [Fact]
    public void Open_NotAVideo_SaysWhy()
    {
        var text = Write("text.mp4", "this is not a video, whatever its name says"u8.ToArray());

        Assert.Throws<CameraFaultException>(() => VideoReader.Open(text));
        Assert.Contains("no such file", Assert.Throws<CameraFaultException>(() => VideoReader.Open(text + ".not")).Message);
    }

    [Fact]
    public async Task Run_NoSuchDevice_SaysSo()
    {
        await using var camera = new WatchedCamera(new CameraOptions { Id = "usb", Source = "/dev/video63" });

        Assert.Contains("no such device", (await camera.Is(CameraState.Lost)).Reason);
    }

    [Fact]
    public async Task Run_TestPattern_Runs()
    {
        await using var camera = new WatchedCamera(new CameraOptions { Id = "test", Source = "test://" });

        await camera.More(5);

        Assert.Equal((640, 360), (camera.Worker.Health.Width, camera.Worker.Health.Height));
    }

    private static CameraOptions File(string path) => new() { Id = "file", Source = path, FramesPerSecond = 60 };

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(clip.Folder, name);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    private static int ReadAll(string path)
    {
        var frames = 0;
        try
        {
            using var reader = VideoReader.Open(path);
            while (reader.TryRead(out var frame))
            {
                frames++;
                frame.Dispose();
            }
        }
        catch (CaptureException refusal)
        {
            Assert.NotEqual("", refusal.Message);
        }

        return frames;
    }
}
