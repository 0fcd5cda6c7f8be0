using System.Buffers;
using Appliance.Native.Mosquitto;

namespace Appliance.Delivery.Mqtt;

/// <summary>A message being written; its memory is used again for the next one.</summary>
public sealed class MqttMessage
{
    private readonly List<KeyValuePair<string, string>> _userProperties = [];

    public string Topic { get; set; } = "";

    /// <summary>Bytes of the payload.</summary>
    public ArrayBufferWriter<byte> Payload { get; } = new(1024);

    public IReadOnlyList<KeyValuePair<string, string>> UserProperties => _userProperties;

    /// <summary>Null: none is sent.</summary>
    public string? ContentType { get; set; }

    /// <summary>0 or 1.</summary>
    public int Qos { get; set; } = 1;

    public bool Retain { get; set; }

    public void AddUserProperty(string name, string value) => _userProperties.Add(new(name, value));

    internal MosquittoPublish ToPublish() => new()
    {
        Topic = Topic,
        Payload = Payload.WrittenMemory,
        Qos = Qos,
        Retain = Retain,
        ContentType = ContentType,
        UserProperties = _userProperties,
    };

    internal void Clear()
    {
        Topic = "";
        Payload.ResetWrittenCount();
        _userProperties.Clear();
        ContentType = null;
        Qos = 1;
        Retain = false;
    }
}

/// <summary>The messages that one thing becomes in one dialect; used again for the next. Not thread-safe.</summary>
public sealed class MqttBatch
{
    private readonly List<MqttMessage> _messages = [];

    public int Count { get; private set; }

    public MqttMessage this[int index] => index < Count ? _messages[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>An empty message at the end of the batch.</summary>
    public MqttMessage Add()
    {
        if (Count == _messages.Count)
            _messages.Add(new());
        var message = _messages[Count++];
        message.Clear();
        return message;
    }

    public void Clear() => Count = 0;
}
