using System.Text;
using Appliance.Core.Outputs;
using Appliance.Delivery.Mqtt.Commands;

namespace Appliance.UnitTests.Delivery.Mqtt;

public sealed class OutputCommandTextTests
{
    [Theory]
    [InlineData("ON", true, null)]
    [InlineData("OFF", false, null)]
    [InlineData("""{"state":"ON"}""", true, null)]
    [InlineData("""{"state":"OFF"}""", false, null)]
    [InlineData("""{"state":"ON","duration":10}""", true, 10.0)]
    [InlineData("""{ "duration": 0.5, "state": "ON" }""", true, 0.5)]
    public void Parse_WhatConsumersSend_IsUnderstood(string text, bool active, double? seconds)
    {
        Assert.Equal(
            seconds is { } length ? OutputAction.Pulse(TimeSpan.FromSeconds(length)) : active ? OutputAction.On : OutputAction.Off,
            Parse(text, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("on")]
    [InlineData("ON ")]
    [InlineData("\0ON")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("\"ON\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"state\":\"on\"}")]
    [InlineData("{\"state\":true}")]
    [InlineData("{\"state\":null}")]
    [InlineData("{\"state\":{}}")]
    [InlineData("{\"state\":\"ON\",\"state\":\"OFF\"}")]
    [InlineData("{\"state\":\"OFF\",\"duration\":10}")]
    [InlineData("{\"duration\":10}")]
    [InlineData("{\"state\":\"ON\",\"duration\":0}")]
    [InlineData("{\"state\":\"ON\",\"duration\":-1}")]
    [InlineData("{\"state\":\"ON\",\"duration\":86401}")]
    [InlineData("{\"state\":\"ON\",\"duration\":1e999}")]
    [InlineData("{\"state\":\"ON\",\"duration\":\"10\"}")]
    [InlineData("{\"state\":\"ON\",\"duration\":null}")]
    [InlineData("{\"state\":\"ON\",\"volume_level\":1}")]
    [InlineData("{\"state\":\"ON\"} {\"state\":\"OFF\"}")]
    [InlineData("{\"state\":\"ON\"")]
    public void Parse_AnythingElse_SwitchesNothingAndSaysWhy(string text)
    {
        Assert.Null(Parse(text, out var whyNot));
        Assert.NotEmpty(whyNot);
    }

    [Fact]
    public void Parse_HugeOrDeepPayload_IsRefused()
    {
        Assert.Null(Parse(new string(' ', 1000) + "ON", out _));
        Assert.Null(Parse(string.Concat(Enumerable.Repeat("{\"state\":", 20)), out _));
    }

    [Fact]
    public void Parse_UnknownName_CannotWriteIntoTheLog()
    {
        Assert.Null(Parse("{\"a\\nERROR all is lost and more of it\":1}", out var whyNot));

        Assert.DoesNotContain('\n', whyNot);
        Assert.InRange(whyNot.Length, 1, 80);
    }

    private static OutputAction? Parse(string text, out string whyNot) =>
        OutputCommandText.Parse(Encoding.UTF8.GetBytes(text), out whyNot);
}
