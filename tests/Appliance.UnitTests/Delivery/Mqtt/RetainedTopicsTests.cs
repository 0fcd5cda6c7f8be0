using System.Text;
using Appliance.Delivery.Mqtt;

namespace Appliance.UnitTests.Delivery.Mqtt;

public sealed class RetainedTopicsTests
{
    private readonly RetainedTopics _topics = new();

    [Fact]
    public void Take_AfterSet_GivesEachChangedTopicOnce()
    {
        _topics.Set(Message("a", "1"));
        _topics.Set(Message("a", "2"));
        _topics.Set(Message("b", "1"));

        Assert.Equal([("a", "2"), ("b", "1")], Take().Order());
        Assert.Empty(Take());
    }

    [Fact]
    public void Set_SameValue_IsNoChange()
    {
        _topics.Set(Message("a", "1"));
        Take();

        _topics.Set(Message("a", "1"));

        Assert.Empty(Take());
        Assert.False(_topics.WaitForChange().IsCompleted);
    }

    [Fact]
    public void AllChanged_NewSession_GivesEverythingAgain()
    {
        _topics.Set(Message("a", "1"));
        _topics.Set(Message("b", "1"));
        Take();

        _topics.AllChanged();

        Assert.Equal(2, Take().Count);
    }

    [Fact]
    public void Set_Empty_IsSaidOnceAndForgotten()
    {
        _topics.Set(Message("a", "1"));
        Take();
        _topics.Set(Message("a", ""));

        Assert.Equal([("a", "")], Take());
        _topics.AllChanged();
        Assert.Empty(Take());
    }

    [Fact]
    public void Take_MoreThanTheLimit_LeavesTheRest()
    {
        for (var i = 0; i < 5; i++)
            _topics.Set(Message($"t{i}", "x"));

        Assert.Equal(3, Take(3).Count);
        Assert.True(_topics.WaitForChange().IsCompleted);
        Assert.Equal(2, Take(3).Count);
    }

    [Fact]
    public void PutBack_NotAccepted_IsSaidAgain()
    {
        _topics.Set(Message("a", "1"));
        Take();

        _topics.PutBack("a");

        Assert.Equal([("a", "1")], Take());
    }

    [Fact]
    public async Task WaitForChange_SetLater_Completes()
    {
        var waiting = _topics.WaitForChange();
        Assert.False(waiting.IsCompleted);

        _topics.Set(Message("a", "1"));

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static MqttMessage Message(string topic, string payload)
    {
        var message = new MqttMessage { Topic = topic, Retain = true };
        Encoding.UTF8.GetBytes(payload, message.Payload);
        return message;
    }

    private List<(string Topic, string Payload)> Take(int limit = 10)
    {
        var batch = new MqttBatch();
        _topics.Take(batch, limit);
        return [.. Enumerable.Range(0, batch.Count).Select(i => (batch[i].Topic, Encoding.UTF8.GetString(batch[i].Payload.WrittenSpan)))];
    }
}
