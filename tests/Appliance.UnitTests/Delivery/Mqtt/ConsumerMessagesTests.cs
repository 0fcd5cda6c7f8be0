using System.Text;
using Appliance.Core.Alerts;
using Appliance.Delivery.Mqtt.Consumers;

namespace Appliance.UnitTests.Delivery.Mqtt;

public sealed class ConsumerMessagesTests
{
    [Theory]
    [InlineData("""{"consumer":"vms-1","seq":7}""", 7, 7)]
    [InlineData("""{"ranges":[[3,9]],"consumer":"a.b_c-D"}""", 3, 9)]
    [InlineData("""{"consumer":"x","seq":9007199254740991}""", SeqRange.Largest, SeqRange.Largest)]
    public void TryReadAck_Good_GivesItsRange(string json, long first, long last)
    {
        Assert.True(ConsumerMessages.TryReadAck(Encoding.UTF8.GetBytes(json), out var ack, out _));

        Assert.Equal([new SeqRange(first, last)], ack.Ranges);
    }

    [Theory]
    [InlineData("")]
    [InlineData("vms-1")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"consumer":"vms-1"}""")]
    [InlineData("""{"consumer":"vms-1","seq":0}""")]
    [InlineData("""{"consumer":"vms-1","seq":-4}""")]
    [InlineData("""{"consumer":"vms-1","seq":"4"}""")]
    [InlineData("""{"consumer":"vms-1","seq":4.5}""")]
    [InlineData("""{"consumer":"vms-1","seq":9007199254740992}""")]
    [InlineData("""{"consumer":"vms-1","seq":1e400}""")]
    [InlineData("""{"consumer":"vms-1","seq":4,"seq":5}""")]
    [InlineData("""{"consumer":"vms-1","seq":4,"ranges":[[1,2]]}""")]
    [InlineData("""{"consumer":"vms-1","seq":4,"more":true}""")]
    [InlineData("""{"consumer":"","seq":4}""")]
    [InlineData("""{"consumer":7,"seq":4}""")]
    [InlineData("""{"consumer":"a b","seq":4}""")]
    [InlineData("{\"consumer\":\"vms-1\\n\",\"seq\":4}")]
    [InlineData("""{"consumer":"vms-1","ranges":[]}""")]
    [InlineData("""{"consumer":"vms-1","ranges":[[2,1]]}""")]
    [InlineData("""{"consumer":"vms-1","ranges":[[1]]}""")]
    [InlineData("""{"consumer":"vms-1","ranges":[1,2]}""")]
    [InlineData("""{"consumer":"vms-1","ranges":[[[[[[1]]]]]]}""")]
    public void TryReadAck_Bad_IsRefusedWithAReason(string json)
    {
        Assert.False(ConsumerMessages.TryReadAck(Encoding.UTF8.GetBytes(json), out var ack, out var reason));

        Assert.Null(ack);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void TryReadAck_TooMuch_IsRefused()
    {
        var ranges = string.Join(',', Enumerable.Range(1, ConsumerMessages.MaxRanges + 1).Select(i => $"[{i},{i}]"));

        Assert.False(ConsumerMessages.TryReadAck(Encoding.UTF8.GetBytes($$"""{"consumer":"a","ranges":[{{ranges}}]}"""), out _, out _));
        Assert.False(ConsumerMessages.TryReadAck(new byte[ConsumerMessages.MaxBytes + 1], out _, out var reason));
        Assert.Contains("longer", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"consumer":"vms-1","from":1,"to":10000}""", true)]
    [InlineData("""{"consumer":"vms-1","from":1,"to":10001}""", false)]
    [InlineData("""{"consumer":"vms-1","from":2,"to":1}""", false)]
    [InlineData("""{"consumer":"vms-1","from":0,"to":1}""", false)]
    [InlineData("""{"consumer":"vms-1","from":1}""", false)]
    [InlineData("""{"consumer":"vms-1","from":1,"to":2,"x":0}""", false)]
    [InlineData("""{"from":1,"to":2,"x":0}""", false)]
    public void TryReadReplay_IsStrict(string json, bool good) =>
        Assert.Equal(good, ConsumerMessages.TryReadReplay(Encoding.UTF8.GetBytes(json), out _, out _));
}
