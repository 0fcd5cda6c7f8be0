using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Appliance.Daemon.Pipeline;
using Appliance.UnitTests.Support;

namespace Appliance.UnitTests.Daemon.Pipeline;

public class FrameQueueTests
{
    private static readonly CameraId s_gate = new("gate");
    private static readonly CameraId s_yard = new("yard");

    [Fact]
    public void Accept_LaneFull_DropsTheOldestAndCountsIt()
    {
        using var queue = new FrameQueue();
        var lane = queue.Open(s_gate);
        var frames = new[] { Shot(0), Shot(1), Shot(2) };

        foreach (var frame in frames)
            lane.Accept(frame);

        Assert.Equal(1, queue.Dropped(s_gate));
        Assert.True(frames[0].IsDisposed);
        Assert.Equal([1, 2], TakeAll(queue));
    }

    [Fact]
    public void Take_TwoCameras_GivesOneOfEachPerCall()
    {
        using var queue = new FrameQueue();
        var gate = queue.Open(s_gate);
        var yard = queue.Open(s_yard);
        gate.Accept(Shot(10));
        gate.Accept(Shot(11));
        yard.Accept(Shot(20));
        var taken = new Frame[4];

        var first = queue.Take(taken, TimeSpan.Zero);

        Assert.Equal(2, first);
        Assert.Equal([10L, 20L], taken.Take(2).Select(frame => frame.Sequence).Order());
    }

    [Fact]
    public void Take_OnlyOneSlot_TakesTurnsBetweenCameras()
    {
        using var queue = new FrameQueue();
        var gate = queue.Open(s_gate);
        var yard = queue.Open(s_yard);
        var order = new List<long>();
        var taken = new Frame[1];
        gate.Accept(Shot(10));
        gate.Accept(Shot(11));
        yard.Accept(Shot(20));
        yard.Accept(Shot(21));

        while (queue.Take(taken, TimeSpan.Zero) > 0)
            order.Add(taken[0].Sequence / 10);

        Assert.Equal([1L, 2L, 1L, 2L], order);
    }

    [Fact]
    public void Close_FramesWaiting_GivesThemBackAndRefusesLateOnes()
    {
        using var queue = new FrameQueue();
        var lane = queue.Open(s_gate);
        var waiting = Shot(0);
        var late = Shot(1);
        lane.Accept(waiting);

        queue.Close(s_gate);
        lane.Accept(late);

        Assert.True(waiting.IsDisposed);
        Assert.True(late.IsDisposed);
        Assert.Empty(TakeAll(queue));
    }

    [Fact]
    public void AcceptAndTake_SteadyState_AllocateNothing()
    {
        using var queue = new FrameQueue();
        var lane = queue.Open(s_gate);
        var frame = Shot(0);
        var taken = new Frame[2];
        for (var i = 0; i < 100; i++)
            Turn();

        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 1000; i++)
                Turn();
        });

        Assert.Equal(0, allocated);

        void Turn()
        {
            lane.Accept(frame);
            queue.Take(taken, TimeSpan.Zero);
        }
    }

    private static List<long> TakeAll(FrameQueue queue)
    {
        var all = new List<long>();
        var taken = new Frame[1];
        while (queue.Take(taken, TimeSpan.Zero) > 0)
            all.Add(taken[0].Sequence);
        return all;
    }

    private static TestFrame Shot(long sequence) => new(sequence);

    private sealed class TestFrame : Frame
    {
        public TestFrame(long sequence) => Sequence = sequence;

        public bool IsDisposed { get; private set; }

        public override ReadOnlySpan<byte> Plane(int index) => default;

        public override int Stride(int index) => 0;

        protected override void Dispose(bool disposing) => IsDisposed = true;
    }
}
