using Appliance.Core.Frames;
using Appliance.Scene.Heads;
using Appliance.Scene.Randomness;
using Appliance.Scene.Studio;

namespace Appliance.UnitTests.Scene.Studio;

public class FaceStudioTests
{
    private const int Size = 96;

    [Fact]
    public void Take_SameShot_SameBytes() => Assert.Equal(Shot(0, FaceShot.Enrolment), Shot(0, FaceShot.Enrolment));

    [Fact]
    public void Take_AnotherPersonInTheSameShot_LooksMoreDifferentThanTheSamePersonTurned()
    {
        var front = Shot(0, FaceShot.Enrolment);
        var turned = Shot(0, FaceShot.Enrolment with { Yaw = 4 });
        var other = Shot(2, FaceShot.Enrolment);

        Assert.True(Difference(front, other) > 2 * Difference(front, turned), $"{Difference(front, other)}, {Difference(front, turned)}");
    }

    [Fact]
    public void Take_YawedRight_NoseMovesRightOfTheEyes()
    {
        using var frame = new PooledFrame(Size, Size);
        var studio = new FaceStudio(0, HeadCast.Members(1)[0], detail: 64);
        var right = studio.Take(FaceShot.Enrolment with { Yaw = 25 }, frame).Landmarks;
        var left = studio.Take(FaceShot.Enrolment with { Yaw = -25 }, frame).Landmarks;

        Assert.True(right.NoseTip.X > (right.RightEye.X + right.LeftEye.X) / 2 + 3);
        Assert.True(left.NoseTip.X < (left.RightEye.X + left.LeftEye.X) / 2 - 3);
    }

    [Fact]
    public void Take_Rolled_EyesSlopeClockwise()
    {
        using var frame = new PooledFrame(Size, Size);
        var marks = new FaceStudio(0, HeadCast.Members(1)[0], detail: 64).Take(FaceShot.Enrolment with { Roll = 20 }, frame).Landmarks;

        Assert.True(marks.LeftEye.Y > marks.RightEye.Y + 4);
    }

    [Fact]
    public void Draw_ManyShots_StayRecognisable()
    {
        var random = new SeededRandom(1);
        for (var i = 0; i < 500; i++)
        {
            var shot = FaceShot.Draw(ref random);
            Assert.InRange(shot.Yaw, -42, 42);
            Assert.InRange(shot.FaceWidth, 0.3f, 0.68f);
            Assert.InRange(shot.Occlusion, 0, 0.35f);
            Assert.InRange(shot.Light.Towards.Length(), 0.99f, 1.01f);
        }
    }

    private static byte[] Shot(int member, FaceShot shot)
    {
        using var frame = new PooledFrame(Size, Size);
        new FaceStudio(0, HeadCast.Members(3)[member], detail: 64).Take(shot, frame, 1);
        return frame.Plane(0).ToArray();
    }

    private static double Difference(byte[] one, byte[] two) => one.Zip(two, (a, b) => Math.Abs(a - b)).Average();
}
