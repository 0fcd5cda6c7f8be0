using System.Security.Cryptography;
using Appliance.Core.Frames;
using Appliance.Scene;
using Appliance.Scene.Truth;
using Appliance.Scene.Walks;
using Appliance.UnitTests.Support;

namespace Appliance.UnitTests.Scene;

public class SceneRendererTests
{
    private const int Width = 320;
    private const int Height = 180;

    // Heads of few texels are built in a moment; what is tested here does not depend on their looks.
    private const int Coarse = 64;
    private const float Busy = 4.5f;

    private static readonly SceneConditions s_quiet = new(Noise: 0);

    [Fact]
    public void Render_SameSeed_SameBytes() => Assert.Equal(Hash(1, Busy), Hash(1, Busy));

    [Fact]
    public void Render_OtherSeed_OtherBytes() => Assert.NotEqual(Hash(1, Busy), Hash(2, Busy));

    [Fact]
    public void Render_AfterAnotherFrame_SameBytesAsAlone()
    {
        var renderer = new SceneRenderer(SceneScript.Create(1, 3, 1, 12), Width, Height, Coarse);
        using var frame = new PooledFrame(Width, Height);
        renderer.Render(0, 9, 6, frame, []);
        renderer.Render(0, 5, Busy, frame, []);

        Assert.Equal(Hash(1, Busy), Hash(frame));
    }

    [Fact]
    public void Render_NobodyThere_ShowsTheBackdropAndNoFaces()
    {
        var renderer = new SceneRenderer(SceneScript.Create(1, 1, 1, 12) with { Walks = [], Conditions = s_quiet }, Width, Height, Coarse);
        using var first = new PooledFrame(Width, Height);
        using var second = new PooledFrame(Width, Height);
        var truth = new List<FaceTruth>();
        renderer.Render(0, 0, 0, first, truth);
        renderer.Render(0, 1, 5, second, truth);

        Assert.Empty(truth);
        Assert.Equal(Hash(first), Hash(second));
    }

    [Fact]
    public void Render_Somebody_ChangesThePictureWithinTheBox()
    {
        var script = SceneScript.Create(1, 1, 1, 12) with { Conditions = s_quiet };
        var time = script.Walks[0].Start + (script.Walks[0].Duration * 0.6f);
        using var with = new PooledFrame(Width, Height);
        using var without = new PooledFrame(Width, Height);
        var truth = new List<FaceTruth>();
        new SceneRenderer(script with { Walks = [] }, Width, Height, Coarse).Render(0, 0, time, without, truth);
        new SceneRenderer(script, Width, Height, Coarse).Render(0, 0, time, with, truth);

        var face = Assert.Single(truth);
        var middle = ((int)(face.Box.Y + (face.Box.Height / 2)) * Width) + (int)(face.Box.X + (face.Box.Width / 2));
        Assert.NotEqual(without.Plane(0)[middle], with.Plane(0)[middle]);
        Assert.Equal(without.Plane(0)[0], with.Plane(0)[0]);
    }

    [Fact]
    public void Look_SameMoment_SameTruthAsRender()
    {
        var renderer = new SceneRenderer(SceneScript.Create(1, 3, 1, 12), Width, Height, Coarse);
        using var frame = new PooledFrame(Width, Height);
        var rendered = new List<FaceTruth>();
        var looked = new List<FaceTruth>();
        renderer.Render(0, 0, Busy, frame, rendered);
        renderer.Look(0, Busy, looked);

        Assert.NotEmpty(rendered);
        Assert.Equal(rendered, looked);
    }

    [Fact]
    public void Look_WholeScene_LandmarksLieInTheirBoxes()
    {
        var renderer = new SceneRenderer(SceneScript.Create(5, 4, 2, 16), 960, 540, Coarse);
        var truth = new List<FaceTruth>();
        var seen = 0;
        for (var camera = 0; camera < 2; camera++)
        {
            for (var time = 0f; time < 16; time += 0.25f)
            {
                renderer.Look(camera, time, truth);
                seen += truth.Count;
                foreach (var face in truth)
                {
                    var marks = face.Landmarks;
                    foreach (var point in new[] { marks.RightEye, marks.LeftEye, marks.NoseTip, marks.RightMouth, marks.LeftMouth })
                    {
                        Assert.InRange(point.X, face.Box.X, face.Box.Right);
                        Assert.InRange(point.Y, face.Box.Y, face.Box.Bottom);
                    }

                    Assert.True(marks.RightEye.X < marks.LeftEye.X);
                    Assert.True(marks.RightEye.Y < marks.RightMouth.Y);
                    Assert.InRange(face.Visible, 0, 1);
                }
            }
        }

        Assert.True(seen > 100, $"{seen} faces");
    }

    [Theory]
    [InlineData(1, 6, 2, 30)]
    [InlineData(2026, 6, 2, 24)]
    [InlineData(9, 3, 3, 20)]
    public void Look_EveryoneAtEveryCamera_LargeAndWholeForOneSecondAndAHalf(ulong seed, int people, int cameras, float duration)
    {
        const float step = 0.1f;
        var renderer = new SceneRenderer(SceneScript.Create(seed, people, cameras, duration), 960, 540, Coarse);
        var truth = new List<FaceTruth>();
        var large = new int[cameras, people];
        for (var camera = 0; camera < cameras; camera++)
        {
            for (var time = 0f; time < duration; time += step)
            {
                renderer.Look(camera, time, truth);
                foreach (var face in truth.Where(face => face.Box.Height >= 70 && face.Visible > 0.95f))
                    large[camera, face.Identity]++;
            }
        }

        foreach (var count in large)
            Assert.True(count * step >= 1.5f, $"{count * step} s");
    }

    [Fact]
    public void Render_SecondTime_AllocatesNothing()
    {
        var renderer = new SceneRenderer(SceneScript.Create(1, 3, 1, 12), Width, Height, Coarse);
        using var frame = new PooledFrame(Width, Height);
        var truth = new List<FaceTruth>(8);
        renderer.Render(0, 0, Busy, frame, truth);
        renderer.Render(0, 0, Busy, frame, truth);

        Assert.Equal(0, Allocations.Least(() => renderer.Render(0, 0, Busy, frame, truth)));
    }

    [Fact]
    public void Render_HalfTheLight_IsDarker()
    {
        var script = SceneScript.Create(1, 3, 1, 12);

        Assert.True(MeanLuma(script with { Conditions = new(Light: 0.4f) }) < 0.75 * MeanLuma(script));
    }

    [Fact]
    public void Look_BehindThePost_FaceIsPartlyHidden()
    {
        var script = SceneScript.Create(1, 1, 1, 12) with { Walks = [new Walk(0, 0, 0, 6, new(0.9f, 5), new(-0.9f, 5))] };
        var hidden = new SceneRenderer(script with { Conditions = new(Post: true) }, Width, Height, Coarse);
        var free = new SceneRenderer(script, Width, Height, Coarse);
        var truth = new List<FaceTruth>();
        var (least, leastFree) = (1f, 1f);
        for (var time = 0f; time < 6; time += 0.1f)
        {
            hidden.Look(0, time, truth);
            least = Math.Min(least, Assert.Single(truth).Visible);
            free.Look(0, time, truth);
            leastFree = Math.Min(leastFree, Assert.Single(truth).Visible);
        }

        Assert.Equal(1, leastFree, 3);
        Assert.True(least < 0.8f, $"{least}");
    }

    [Theory]
    [InlineData(321, 180)]
    [InlineData(32, 32)]
    public void Constructor_OddOrTinyPicture_Throws(int width, int height) =>
        Assert.Throws<ArgumentException>(() => new SceneRenderer(SceneScript.Create(1, 1, 1, 12), width, height));

    private static double MeanLuma(SceneScript script)
    {
        using var frame = new PooledFrame(Width, Height);
        new SceneRenderer(script, Width, Height, Coarse).Render(0, 0, Busy, frame, []);
        return frame.Plane(0).ToArray().Average(luma => luma);
    }

    private static string Hash(ulong seed, float time)
    {
        using var frame = new PooledFrame(Width, Height);
        new SceneRenderer(SceneScript.Create(seed, 3, 1, 12), Width, Height, Coarse).Render(0, 5, time, frame, []);
        return Hash(frame);
    }

    private static string Hash(PooledFrame frame)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var plane = 0; plane < 3; plane++)
            hash.AppendData(frame.Plane(plane));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
