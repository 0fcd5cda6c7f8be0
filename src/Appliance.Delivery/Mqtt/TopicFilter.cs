namespace Appliance.Delivery.Mqtt;

/// <summary>MQTT 5, 4.7: does a topic match a subscription?</summary>
internal static class TopicFilter
{
    public static bool Matches(string filter, string topic)
    {
        // 4.7.2: wildcards do not match topics beginning with $.
        if (topic.StartsWith('$') && filter is ['+' or '#', ..])
            return false;

        ReadOnlySpan<char> pattern = filter, rest = topic;
        var more = true;
        foreach (var part in pattern.Split('/'))
        {
            var level = pattern[part];
            if (level is "#")
                return true;
            if (!more)
                return false;

            var end = rest.IndexOf('/');
            var name = end < 0 ? rest : rest[..end];
            if (level is not "+" && !level.SequenceEqual(name))
                return false;

            more = end >= 0;
            rest = more ? rest[(end + 1)..] : default;
        }

        return !more;
    }
}
