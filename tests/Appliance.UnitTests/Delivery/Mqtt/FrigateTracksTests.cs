using System.Text;
using System.Text.Json.Nodes;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.Frigate;

namespace Appliance.UnitTests.Delivery.Mqtt;

public sealed class FrigateTracksTests
{
    private static readonly DateTimeOffset s_now = new(2026, 7, 23, 10, 12, 24, 321, TimeSpan.Zero);
    private readonly MqttBatch _batch = new();
    private readonly FrigateTracks _tracks = new(new("frigate/7F3A"), includeNames: true);

    [Fact]
    public void Write_LifeOfATrack_IsNewUpdateEndUnderOneId()
    {
        var events = Say(Track(1, TrackPhase.New), Track(1, TrackPhase.Update) with { Score = 0.7f }, Track(1, TrackPhase.End))
            .Where(message => message.Topic == "frigate/7F3A/events").Select(message => JsonNode.Parse(message.Text)!).ToList();

        Assert.Equal(["new", "update", "end"], events.Select(one => (string)one["type"]!));
        Assert.Single(events.Select(one => (string)one["after"]!["id"]!).Distinct());
        Assert.Matches("^1784801544.321000-[0-9a-z]{6}$", (string)events[0]["after"]!["id"]!);
        Assert.Equal(0.9, (double)events[1]["before"]!["score"]!);
        Assert.Equal(0.7, (double)events[1]["after"]!["score"]!);
        Assert.Equal(0.9, (double)events[1]["after"]!["top_score"]!);
        Assert.Null(events[1]["after"]!["end_time"]);
        Assert.NotNull(events[2]["after"]!["end_time"]);
        Assert.Equal("[612,201,700,311]", events[0]["after"]!["box"]!.ToJsonString());
    }

    [Fact]
    public void Write_PeopleComeAndGo_CountsAreSaidWhenTheyChange()
    {
        var said = Say(
                Track(1, TrackPhase.New), Track(2, TrackPhase.New) with { Zones = ["yard"] }, Track(2, TrackPhase.Update),
                Track(1, TrackPhase.End), Track(2, TrackPhase.End))
            .Where(message => message.Topic.EndsWith("/person", StringComparison.Ordinal)).Select(message => $"{message.Topic[13..]}={message.Text}");

        Assert.Equal(
            ["gate/person=1", "gate/person=2", "yard/person=1", "yard/person=0", "gate/person=1", "gate/person=0"], said);
    }

    [Fact]
    public void Write_Recognised_IsAFaceUpdateOnceAndASubLabel()
    {
        var known = Track(1, TrackPhase.Update) with { Similarity = 0.74f, Name = "Jane", Person = new("p1") };
        var said = Say(Track(1, TrackPhase.New), known, known);

        var face = JsonNode.Parse(Assert.Single(said, message => message.Topic.EndsWith("tracked_object_update", StringComparison.Ordinal)).Text)!;
        Assert.Equal(("face", "Jane", "gate"), ((string)face["type"]!, (string)face["name"]!, (string)face["camera"]!));
        Assert.Contains(said, message => message.Text.Contains("\"sub_label\":[\"Jane\",0.74]", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_NamesNotAllowed_NoNameAnywhere()
    {
        new FrigateTracks(new("f"), includeNames: false).Write(
            Track(1, TrackPhase.New) with { Similarity = 0.74f, Name = "Jane", Person = new("p1") }, _batch);

        Assert.DoesNotContain(Taken(), message => message.Text.Contains("Jane", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_UpdateWhoseBeginningWasLost_BeginsAndAnEndWithoutOneIsNothing()
    {
        var said = Say(Track(7, TrackPhase.End), Track(1, TrackPhase.Update));

        Assert.Equal("new", (string)JsonNode.Parse(said[0].Text)!["type"]!);
        Assert.Single(said, message => message.Topic.EndsWith("events", StringComparison.Ordinal));
    }

    [Fact]
    public void WriteLost_CameraOfTwoPeople_EndsBoth()
    {
        Say(Track(1, TrackPhase.New), Track(2, TrackPhase.New));
        _batch.Clear();
        _tracks.WriteLost(new("gate"), s_now, _batch);
        var said = Taken();

        Assert.Equal(2, said.Count(message => message.Text.StartsWith("{\"type\":\"end\"", StringComparison.Ordinal)));
        Assert.Equal("0", said.Last(message => message.Topic.EndsWith("/person", StringComparison.Ordinal)).Text);
    }

    [Fact]
    public void Write_FiguresThatAreNone_AreStillJson()
    {
        var said = Say(Track(1, TrackPhase.New) with { Score = float.NaN, Box = new(float.NaN, 0, 0, 0), Similarity = float.PositiveInfinity });

        Assert.All(said.Where(message => message.Text.StartsWith('{')), message => Assert.NotNull(JsonNode.Parse(message.Text)));
    }

    private static TrackReport Track(long id, TrackPhase phase) => new()
    {
        Camera = new("gate"),
        Track = id,
        Phase = phase,
        At = s_now.AddSeconds(1),
        StartedAt = s_now,
        Box = new(612.53f, 201.04f, 88.2f, 110.4f),
        FrameWidth = 1280,
        FrameHeight = 720,
        Score = 0.9f,
    };

    private List<(string Topic, string Text)> Say(params TrackReport[] reports)
    {
        foreach (var report in reports)
            _tracks.Write(report, _batch);
        return Taken();
    }

    private List<(string Topic, string Text)> Taken() =>
        [.. Enumerable.Range(0, _batch.Count).Select(i => (_batch[i].Topic, Encoding.UTF8.GetString(_batch[i].Payload.WrittenSpan)))];
}
