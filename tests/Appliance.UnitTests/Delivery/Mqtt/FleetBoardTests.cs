using System.Text;
using Appliance.Delivery.Mqtt.Fleet;
using Appliance.Native.Mosquitto;
using Appliance.UnitTests.Support;

namespace Appliance.UnitTests.Delivery.Mqtt;

public class FleetBoardTests
{
    private const string Info = """
        {"serial":"7F3A","name":"Pole 07","version":"0.1.0","status":"degraded","faults":1,"cameras":2,"cameras_online":1,
        "alerts_open":3,"address":"192.0.2.10","started_at":"2026-07-23T10:00:00.000Z"}
        """;

    [Fact]
    public void Take_InfoAndWill_TellsWhatWasAndThatItIsGone()
    {
        var board = Board();

        Take(board, "ea/7F3A/available", "online");
        Take(board, "ea/7F3A/info", Info);
        Take(board, "ea/7F3A/available", "offline");

        var box = Assert.Single(board.Boxes);
        Assert.Equal(("7F3A", (bool?)false, "Pole 07", "degraded", 2, 1, 3L), (box.Serial, box.Online, box.Name, box.Status, box.Cameras, box.CamerasOnline, box.AlertsOpen));
        Assert.Equal(0, board.Unreadable);
    }

    [Theory]
    [InlineData("ea/7F3A/info", "{")]
    [InlineData("ea/7F3A/info", "[]")]
    [InlineData("ea/7F3A/info", """{"serial":"OTHER","name":"","version":"1","status":"ok","faults":0,"cameras":0,"cameras_online":0,"alerts_open":0,"address":""}""")]
    [InlineData("ea/7F3A/info", """{"serial":"7F3A","name":"","version":"1","status":"ok","faults":-1,"cameras":0,"cameras_online":0,"alerts_open":0,"address":""}""")]
    [InlineData("ea/7F3A/info", """{"serial":"7F3A","name":"a\u001b[2J","version":"1","status":"ok","faults":0,"cameras":0,"cameras_online":0,"alerts_open":0,"address":""}""")]
    [InlineData("ea/7F3A/info", """{"serial":"7F3A","name":"","version":"1","status":"fine","faults":0,"cameras":0,"cameras_online":0,"alerts_open":0,"address":""}""")]
    [InlineData("ea/7F3A/available", "perhaps")]
    public void Take_NotOurContract_IsCountedAndNothingElse(string topic, string payload)
    {
        var board = Board();

        Take(board, topic, payload);

        Assert.Empty(board.Boxes);
        Assert.Equal(1, board.Unreadable);
    }

    [Theory]
    [InlineData("ea/7F3A/health")]
    [InlineData("ea/a b/available")]
    [InlineData("ea//available")]
    [InlineData("other/7F3A/available")]
    [InlineData("ea/0123456789012345678901234567890123456789/available")]
    public void Take_OtherTopics_AreNobody(string topic)
    {
        var board = Board();

        Take(board, topic, "online");

        Assert.Empty(board.Boxes);
    }

    [Fact]
    public void Take_MoreBoxesThanAreRemembered_LeavesThemOut()
    {
        var board = Board();

        for (var i = 0; i < FleetBoard.MostBoxes + 5; i++)
            Take(board, $"ea/box{i}/available", "online");

        Assert.Equal(FleetBoard.MostBoxes, board.Boxes.Count);
        Assert.Equal(5, board.LeftOut);
    }

    [Fact]
    public void Take_EmptyPayload_ForgetsTheBox()
    {
        var board = Board();
        Take(board, "ea/7F3A/available", "online");

        Take(board, "ea/7F3A/available", "");

        Assert.Empty(board.Boxes);
    }

    private static FleetBoard Board() => new("ea/me", new ManualClock());

    private static void Take(FleetBoard board, string topic, string payload) =>
        board.Take(new MosquittoMessage(topic, Encoding.UTF8.GetBytes(payload), 1, true, null, []));
}
