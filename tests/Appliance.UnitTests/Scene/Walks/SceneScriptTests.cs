using System.Numerics;
using Appliance.Scene.Walks;

namespace Appliance.UnitTests.Scene.Walks;

public class SceneScriptTests
{
    [Fact]
    public void Create_SixAtTwoCameras_EveryonePassesEachOnceWithinTheScene()
    {
        var script = SceneScript.Create(3, 6, 2, 24);

        foreach (var camera in Enumerable.Range(0, 2))
            Assert.Equal([0, 1, 2, 3, 4, 5], script.Walks.Where(walk => walk.Camera == camera).Select(walk => walk.Identity).Order());
        Assert.All(script.Walks, walk => Assert.InRange(walk.End, 0, 24));
    }

    [Fact]
    public void Create_FewerIdentitiesThanPeople_TheyTakeTurns()
    {
        var script = SceneScript.Create(3, 5, 1, 24, identities: 2);

        Assert.Equal(2, script.Cast.Count);
        Assert.Equal([0, 1, 0, 1, 0], script.Walks.Select(walk => walk.Identity));
    }

    [Fact]
    public void Create_SameSeed_SameWalks() =>
        Assert.Equal(SceneScript.Create(8, 4, 2, 20).Walks, SceneScript.Create(8, 4, 2, 20).Walks);

    [Theory]
    [InlineData(0, 1, 20)]
    [InlineData(1, 0, 20)]
    [InlineData(1, 1, 2)]
    public void Create_OutOfRange_Throws(int people, int cameras, float duration) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneScript.Create(1, people, cameras, duration));

    [Fact]
    public void Position_AtBothEnds_IsFromAndTo()
    {
        var walk = new Walk(0, 0, 2, 6, new(1, 9), new(0, 2), Bend: 0.5f);

        Assert.True(Vector2.Distance(walk.From, walk.Position(2).At) < 1e-5f);
        Assert.True(Vector2.Distance(walk.To, walk.Position(8).At) < 1e-5f);
        Assert.True(walk.Position(5).Heading.Y < 0, "walks towards the camera");
    }

    [Fact]
    public void Project_LevelCamera_PointAheadIsInTheMiddle()
    {
        var camera = new SceneCamera("gate", 1.6f, 0, 2);
        var (at, scale) = camera.Project(new(0, 1.6f, 4), 1000, 500);

        Assert.Equal(new Vector2(500, 250), at);
        Assert.Equal(500, scale);
    }

    [Fact]
    public void Project_CameraLooksDown_PointAheadIsAboveTheMiddle()
    {
        var camera = new SceneCamera("gate", 1.6f, 5, 2);

        Assert.True(camera.Project(new(0, 1.6f, 4), 1000, 500).At.Y < 250);
    }
}
