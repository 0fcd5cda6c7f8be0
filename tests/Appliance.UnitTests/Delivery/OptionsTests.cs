using Appliance.Delivery;
using Appliance.Delivery.Anchoring;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Outputs;

namespace Appliance.UnitTests.Delivery;

public sealed class OptionsTests
{
    [Fact]
    public void Validate_Defaults_AreGood()
    {
        Assert.True(new MqttOptionsValidator().Validate(null, new()).Succeeded);
        Assert.True(new OutputsOptionsValidator().Validate(null, new()).Succeeded);
    }

    [Theory]
    [InlineData("", "Address")]
    [InlineData("http://companion:8444", "https://")]
    [InlineData("https://user:secret@companion:8444", "password")]
    [InlineData("https://companion:8444/?x=1", "query")]
    public void Validate_AnchoringAddress_MustBePlainHttps(string address, string reason)
    {
        var result = new AnchoringOptionsValidator().Validate("anchoring", new() { Https = new() { Enabled = true, Address = address } });

        Assert.Contains(reason, string.Join('\n', result.Failures ?? []), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_AnchoringFaults_AreAllListed()
    {
        var validator = new AnchoringOptionsValidator();
        var result = validator.Validate("anchoring", new() { Https = new() { Address = "x", Certificate = "/c.pem" } });

        var text = string.Join('\n', result.Failures ?? []);
        Assert.Contains("https://", text, StringComparison.Ordinal);
        Assert.Contains("Certificate and Key", text, StringComparison.Ordinal);
        Assert.True(validator.Validate("anchoring", new()).Succeeded);
        Assert.True(validator.Validate("anchoring", new() { Https = new() { Enabled = true, Address = "https://companion:8444/fabric" } }).Succeeded);
    }

    [Fact]
    public void Validate_ManyFaultsInMqtt_AreAllListed()
    {
        var result = new MqttOptionsValidator().Validate("mqtt", new()
        {
            Host = "",
            Port = 70000,
            KeepAlive = TimeSpan.FromSeconds(1),
            TopicPrefix = "ea/#",
            MaxInFlight = 0,
            CertFile = "/x.pem",
            Password = "p",
        });

        var text = string.Join('\n', result.Failures ?? []);
        Assert.All(
            ["Host", "Port", "KeepAlive", "TopicPrefix", "MaxInFlight"],
            name => Assert.Contains(name, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_RulesAcrossMqttOptions_AreChecked()
    {
        var result = new MqttOptionsValidator().Validate("mqtt", new()
        {
            CertFile = "/x.pem",
            Password = "p",
            PasswordFile = "/p",
            ReconnectFirst = TimeSpan.FromSeconds(30),
            ReconnectLongest = TimeSpan.FromSeconds(3),
        });

        var text = string.Join('\n', result.Failures ?? []);
        Assert.Contains("CertFile and KeyFile go together", text, StringComparison.Ordinal);
        Assert.Contains("no effect without Tls", text, StringComparison.Ordinal);
        Assert.Contains("exclude each other", text, StringComparison.Ordinal);
        Assert.Contains("needs a Username", text, StringComparison.Ordinal);
        Assert.Contains("shorter than ReconnectFirst", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ea/7F3A", true)]
    [InlineData("site 1/pole-07", true)]
    [InlineData("x", true)]
    [InlineData("/ea", false)]
    [InlineData("ea/", false)]
    [InlineData("ea/+/x", false)]
    [InlineData("$SYS/x", false)]
    public void Validate_TopicPrefix_MustBeATopic(string prefix, bool good) =>
        Assert.Equal(good, new MqttOptionsValidator().Validate(null, new() { TopicPrefix = prefix }).Succeeded);

    [Fact]
    public void Validate_OutputsShareNameOrLine_SaysWhich()
    {
        var result = new OutputsOptionsValidator().Validate(null, new()
        {
            Lines = [new() { Id = "siren", Line = 1 }, new() { Id = "siren", Line = 1 }, new() { Id = "Bad Name", Line = 2 }],
        });

        var text = string.Join('\n', result.Failures ?? []);
        Assert.Contains("'siren' is used twice", text, StringComparison.Ordinal);
        Assert.Contains("line 1 is used twice", text, StringComparison.Ordinal);
        Assert.Contains("Id must be", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, null, 1883)]
    [InlineData(true, null, 8883)]
    [InlineData(true, 1234, 1234)]
    public void EffectivePort_ByTls_IsTheRegisteredOne(bool tls, int? port, int expected) =>
        Assert.Equal(expected, new MqttOptions { Tls = tls, Port = port }.EffectivePort);
}
