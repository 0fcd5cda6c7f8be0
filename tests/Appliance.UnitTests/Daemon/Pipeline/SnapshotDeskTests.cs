using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Appliance.Daemon.Pipeline;

namespace Appliance.UnitTests.Daemon.Pipeline;

public class SnapshotDeskTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task NextFrame_TwoCallersOneFrame_EachGetTheirOwnCopy()
    {
        var desk = new SnapshotDesk();
        var first = desk.NextFrame(new("gate"), s_patience, TimeProvider.System, default);
        var second = desk.NextFrame(new("gate"), s_patience, TimeProvider.System, default);
        using var frame = Picture("gate", luma: 77);

        desk.Offer(frame);

        var copies = await Task.WhenAll(first, second);
        Assert.NotSame(copies[0], copies[1]);
        Assert.All(copies, copy => Assert.Equal(77, copy.Plane(0)[5]));
        copies[0].Dispose();
        Assert.Equal(77, copies[1].Plane(0)[5]);
        copies[1].Dispose();
    }

    [Fact]
    public async Task NextFrame_FrameOfAnotherCamera_KeepsWaiting()
    {
        var desk = new SnapshotDesk();
        var wanted = desk.NextFrame(new("gate"), s_patience, TimeProvider.System, default);
        using var other = Picture("yard", luma: 1);
        using var right = Picture("gate", luma: 2);

        desk.Offer(other);
        desk.Offer(right);

        using var copy = await wanted;
        Assert.Equal(2, copy.Plane(0)[0]);
    }

    [Fact]
    public async Task NextFrame_NoFrameComes_TimesOut()
    {
        var desk = new SnapshotDesk();

        await Assert.ThrowsAsync<TimeoutException>(
            () => desk.NextFrame(new("gate"), TimeSpan.FromMilliseconds(1), TimeProvider.System, default));
    }

    private static PooledFrame Picture(string camera, byte luma)
    {
        var frame = new PooledFrame(8, 8);
        frame.Stamp(new CameraId(camera), 0, TimeSpan.Zero, DateTimeOffset.UnixEpoch, 0);
        frame.Writable(0).Fill(luma);
        return frame;
    }
}
