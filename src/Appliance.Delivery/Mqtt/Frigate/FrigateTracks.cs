using System.Globalization;
using System.Text;
using Appliance.Core.Cameras;

namespace Appliance.Delivery.Mqtt.Frigate;

/// <summary>
/// From reports about tracks to Frigate's messages: events with before and after, face updates, counts per camera and zone where they
/// change. Pure; not thread-safe. Holds the people who are there now and nothing else.
/// </summary>
internal sealed class FrigateTracks(FrigateTopics topics, bool includeNames)
{
    private readonly Dictionary<(CameraId Camera, long Track), FrigateTrack> _tracks = [];
    private readonly Dictionary<string, int> _counts = [];

    public void Write(TrackReport report, MqttBatch to)
    {
        var key = (report.Camera, report.Track);
        var known = _tracks.TryGetValue(key, out var before);
        // Its beginning was not told: reports are lossy.
        if (!known && report.Phase == TrackPhase.End)
            return;

        var after = known ? before!.Then(report) : FrigateTrack.Begin(report with { Phase = TrackPhase.New });
        if (report.Phase == TrackPhase.End)
            _tracks.Remove(key);
        else
            _tracks[key] = after;

        FrigateJson.WriteEvent(Json(to, topics.Events), before ?? after, after, includeNames);
        // Said after every attempt, whether or not somebody was recognised.
        if (report.Similarity is not null && report.Similarity != before?.Report.Similarity)
            FrigateJson.WriteFace(Json(to, topics.ObjectUpdate), after, includeNames);
        WriteCounts(to);
    }

    /// <summary>A camera that is lost sees nobody.</summary>
    public void WriteLost(CameraId camera, DateTimeOffset at, MqttBatch to)
    {
        foreach (var track in _tracks.Values.Where(track => track.Report.Camera == camera).ToArray())
            Write(track.Report with { Phase = TrackPhase.End, At = at }, to);
    }

    /// <summary>All counts, for those who were not there.</summary>
    public void WriteAllCounts(MqttBatch to)
    {
        foreach (var (place, count) in _counts)
            WriteCount(to, place, count);
    }

    private void WriteCounts(MqttBatch to)
    {
        var now = _tracks.Values
            .SelectMany(track => track.Report.Zones.Append(track.Report.Camera.Value))
            .CountBy(place => place)
            .ToDictionary();
        foreach (var place in _counts.Keys.Union(now.Keys).ToArray())
        {
            var count = now.GetValueOrDefault(place);
            if (_counts.TryGetValue(place, out var old) && old == count)
                continue;

            _counts[place] = count;
            WriteCount(to, place, count);
        }
    }

    private void WriteCount(MqttBatch to, string place, int count)
    {
        Text(to, topics.Count(place), count);
        Text(to, topics.ActiveCount(place), count);
    }

    private static void Text(MqttBatch to, string topic, int count)
    {
        var message = Message(to, topic);
        Encoding.UTF8.GetBytes(count.ToString(CultureInfo.InvariantCulture), message.Payload);
    }

    private static System.Buffers.ArrayBufferWriter<byte> Json(MqttBatch to, string topic)
    {
        var message = Message(to, topic);
        message.ContentType = "application/json";
        return message.Payload;
    }

    private static MqttMessage Message(MqttBatch to, string topic)
    {
        var message = to.Add();
        message.Topic = topic;
        message.Qos = 0;
        return message;
    }
}
