using Appliance.Capture.Encoding;
using Appliance.UnitTests.Support;

namespace Appliance.UnitTests.Capture.Encoding;

public sealed class EncodedRingTests
{
    private const string Caps = "video/x-h264, stream-format=(string)byte-stream, width=(int)64, height=(int)48";
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Append_LongerThanLength_KeepsAtLeastTheLengthAndBeginsWithAKeyFrame()
    {
        var ring = Ring(seconds: 3);

        Fill(ring, frames: 1000, size: 100);

        var clip = ring.CopySince(DateTimeOffset.MinValue)!;
        Assert.True(clip[0].IsKeyFrame);
        Assert.InRange((clip[^1].Pts - clip[0].Pts)!.Value.TotalSeconds, 3, 4);
        Assert.Equal(999 * 40, clip[^1].Pts!.Value.TotalMilliseconds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(23)]
    public void Copy_AfterManyWraps_GivesEveryByteBack(int seed)
    {
        var random = new Random(seed);
        var ring = new EncodedRing(TimeSpan.FromSeconds(60), 3 << 20);
        ring.Begin(Caps);
        var written = new List<byte[]>();
        for (var i = 0; i < 3000; i++)
        {
            var bytes = new byte[random.Next(1, 20_000)];
            random.NextBytes(bytes);
            written.Add(bytes);
            ring.Append(Packet(i, isKey: i % 12 == 0), bytes);
        }

        var clip = ring.CopySince(DateTimeOffset.MinValue)!;

        Assert.True(clip[0].IsKeyFrame);
        Assert.InRange(clip.Count, 100, 400);
        for (var i = 0; i < clip.Count; i++)
            Assert.True(clip.Bytes(i).SequenceEqual(written[written.Count - clip.Count + i]), $"packet {i}");
    }

    [Fact]
    public void Append_MoreThanCapacity_DropsWholeGroups()
    {
        var ring = new EncodedRing(TimeSpan.FromSeconds(60), 2 << 20);
        ring.Begin(Caps);

        Fill(ring, frames: 500, size: 10_000);

        var clip = ring.CopySince(DateTimeOffset.MinValue)!;
        Assert.True(clip[0].IsKeyFrame);
        Assert.True(clip.Count * 10_000 <= 2 << 20);
        Assert.True(clip.Count * 10_000 >= 1 << 20);
    }

    [Fact]
    public void Append_GroupLargerThanCapacity_KeepsNothingUntilTheNextKeyFrame()
    {
        var ring = new EncodedRing(TimeSpan.FromSeconds(60), 1 << 20);
        ring.Begin(Caps);
        for (var i = 0; i < 20; i++)
            ring.Append(Packet(i, isKey: i == 0), new byte[100_000]);
        var inside = ring.CopySince(DateTimeOffset.MinValue);

        ring.Append(Packet(20, isKey: true), new byte[100_000]);
        ring.Append(Packet(21, isKey: false), new byte[100_000]);

        Assert.Null(inside);
        Assert.Equal(2, ring.CopySince(DateTimeOffset.MinValue)!.Count);
    }

    [Fact]
    public void Append_PacketLargerThanCapacity_IsNotKept()
    {
        var ring = new EncodedRing(TimeSpan.FromSeconds(60), 1000);
        ring.Begin(Caps);

        ring.Append(Packet(0, isKey: true), new byte[2000]);

        Assert.Equal(0, ring.Count);
    }

    [Fact]
    public void Append_DeltaFirst_WaitsForAKeyFrame()
    {
        var ring = Ring(seconds: 3);

        ring.Append(Packet(0, isKey: false), new byte[10]);
        ring.Append(Packet(1, isKey: true), new byte[10]);

        Assert.Equal(1, ring.Count);
    }

    [Fact]
    public void CopySince_AMoment_BeginsAtTheKeyFrameBeforeIt()
    {
        var ring = Ring(seconds: 60);
        Fill(ring, frames: 100, size: 100);

        var clip = ring.CopySince(s_start.AddMilliseconds(40 * 60))!;

        Assert.Equal(50 * 40, clip[0].Pts!.Value.TotalMilliseconds);
        Assert.False(clip.IsContinuation);
    }

    [Fact]
    public void CopyFrom_EarlierNext_ContinuesWithoutGap()
    {
        var ring = Ring(seconds: 60);
        Fill(ring, frames: 30, size: 100);
        var first = ring.CopySince(DateTimeOffset.MinValue)!;
        var nothing = ring.CopyFrom(first.Next);
        ring.Append(Packet(30, isKey: false), new byte[10]);

        var more = ring.CopyFrom(first.Next)!;

        Assert.Null(nothing);
        Assert.True(more.IsContinuation);
        Assert.Equal(1, more.Count);
        Assert.Equal(30 * 40, more[0].Pts!.Value.TotalMilliseconds);
    }

    [Fact]
    public void Begin_NewStream_KeepsTheOldOneUntilItsFirstKeyFrame()
    {
        var ring = Ring(seconds: 60);
        Fill(ring, frames: 30, size: 100);
        var before = ring.CopySince(DateTimeOffset.MinValue)!;

        ring.Begin(Caps);
        ring.Append(Packet(0, isKey: false), new byte[10]);
        var lost = ring.Count;
        ring.Append(Packet(1, isKey: true), new byte[10]);

        Assert.Equal(30, lost);
        Assert.Equal(1, ring.Count);
        Assert.False(ring.CopyFrom(before.Next)!.IsContinuation);
    }

    [Fact]
    public void Amend_FrameRateLearned_KeepsThePackets()
    {
        var ring = Ring(seconds: 60);
        Fill(ring, frames: 30, size: 100);

        ring.Amend(Caps + ", framerate=(fraction)25/1");
        ring.Append(Packet(30, isKey: true), new byte[10]);

        Assert.Equal(31, ring.Count);
        Assert.EndsWith("25/1", ring.CopySince(DateTimeOffset.MinValue)!.Caps);
    }

    [Fact]
    public void Amend_OtherPictureSize_BeginsAnew()
    {
        var ring = Ring(seconds: 60);
        Fill(ring, frames: 30, size: 100);

        ring.Amend(Caps.Replace("64", "128"));
        ring.Append(Packet(30, isKey: true), new byte[10]);

        Assert.Equal(1, ring.Count);
    }

    [Fact]
    public void Append_LengthZero_KeepsNothing()
    {
        var ring = Ring(seconds: 0);

        Fill(ring, frames: 30, size: 100);

        Assert.Null(ring.CopySince(DateTimeOffset.MinValue));
    }

    [Fact]
    public void Append_SteadyState_AllocatesNothing()
    {
        var ring = Ring(seconds: 3);
        Fill(ring, frames: 500, size: 5000);
        var bytes = new byte[5000];
        var next = 500;

        var allocated = Allocations.Least(() =>
        {
            for (var end = next + 1000; next < end; next++)
                ring.Append(Packet(next, isKey: next % 25 == 0), bytes);
        });

        Assert.Equal(0, allocated);
    }

    private static EncodedRing Ring(int seconds)
    {
        var ring = new EncodedRing(TimeSpan.FromSeconds(seconds), 16 << 20);
        ring.Begin(Caps);
        return ring;
    }

    private static void Fill(EncodedRing ring, int frames, int size)
    {
        for (var i = 0; i < frames; i++)
            ring.Append(Packet(i, isKey: i % 25 == 0), new byte[size]);
    }

    private static EncodedPacket Packet(int index, bool isKey)
    {
        var time = TimeSpan.FromMilliseconds(40 * index);
        return new EncodedPacket(time, time, TimeSpan.FromMilliseconds(40), isKey, s_start + time);
    }
}
