using Appliance.Capture.Cameras;
using Appliance.Daemon.Host.Configuration;

namespace Appliance.UnitTests.Daemon.Host.Configuration;

public class ConfigurationFileTests
{
    [Fact]
    public void Parse_CommentsAndTrailingCommas_AreTaken()
    {
        var loaded = ConfigurationFile.Parse("""
            {
              // where it stands
              "Appliance": { "Name": "Pole 07", /* later */ },
            }
            """);

        Assert.Empty(loaded.Faults);
        Assert.Equal("Pole 07", loaded.Options.Appliance.Name);
    }

    [Fact]
    public void Parse_EmptyObject_IsAllDefaults()
    {
        var loaded = ConfigurationFile.Parse("{}");

        Assert.Empty(loaded.Faults);
        Assert.Equal("/var/lib/watchpost", loaded.Options.Appliance.DataDirectory);
        Assert.Equal(["https://*:8443"], loaded.Options.Api.Listen);
    }

    [Fact]
    public void Parse_NamesInAnyCase_Bind()
    {
        var loaded = ConfigurationFile.Parse("""{"cameras":[{"id":"gate","source":"rtsp://host/a","silenceTimeout":"00:00:20","transport":"udp"}]}""");

        Assert.Empty(loaded.Faults);
        var camera = Assert.Single(loaded.Options.Cameras);
        Assert.Equal(TimeSpan.FromSeconds(20), camera.SilenceTimeout);
        Assert.Equal(CameraTransport.Udp, camera.Transport);
    }

    [Fact]
    public void Parse_ManyFaults_NamesEveryOneWithItsPath()
    {
        var loaded = ConfigurationFile.Parse("""
            {
              "Appliance": { "Serial": "no spaces allowed" },
              "Cameras": [
                { "Id": "gate", "Source": "rtsp://host/a", "FramesPerSecond": 0 },
                { "Id": "gate", "Source": "gopher://host" },
                { "Source": 5 }
              ],
              "Tracking": { "LostFor": "soon" },
              "Recognition": { "Quality": { "MaxYaw": 200 } },
              "Nothing": true
            }
            """);

        Assert.Equal(
            [
                "Appliance.Serial",
                "Cameras[0].FramesPerSecond",
                "Cameras[1].Id",
                "Cameras[1].Source",
                "Cameras[2].Id",
                "Cameras[2].Source",
                "Nothing",
                "Recognition.Quality.MaxYaw",
                "Tracking.LostFor",
            ],
            loaded.Faults.Select(fault => fault.Path).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Parse_AnchoringWithoutWhatItNeeds_NamesEveryFault()
    {
        var loaded = ConfigurationFile.Parse("""
            { "Mqtt": { "Enabled": false }, "Evidence": { "Enabled": false }, "Anchoring": { "Https": { "Enabled": true, "Key": "/k.pem" }, "Mqtt": { "Enabled": true } } }
            """);

        Assert.Equal(
            ["Anchoring.Https.Address", "Anchoring.Https.Certificate", "Anchoring.Https.Enabled", "Anchoring.Mqtt.Enabled", "Anchoring.Mqtt.Enabled"],
            loaded.Faults.Select(fault => fault.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"Appliance":{"Nmae":"x"}}""", "Appliance.Nmae", "did you mean Name?")]
    [InlineData("""{"Camera":[]}""", "Camera", "did you mean Cameras?")]
    [InlineData("""{"Appliance":{"Zzzzzzz":1}}""", "Appliance.Zzzzzzz", "known here: Name, Serial")]
    [InlineData("""{"Alerts":{"Rules":[{"Category":"a","Outputs":["sirn"]}]},"Outputs":{"Lines":[{"Id":"siren"}]}}""", "Alerts.Rules[0].Outputs[0]", "did you mean siren?")]
    [InlineData("""{"Inference":{"Providers":["cdua"]}}""", "Inference.Providers[0]", "did you mean cuda?")]
    public void Parse_NearMiss_SaysWhatWasMeant(string json, string path, string expected)
    {
        var loaded = ConfigurationFile.Parse(json);

        var fault = Assert.Single(loaded.Faults);
        Assert.Equal(path, fault.Path);
        Assert.Contains(expected, fault.Reason);
    }

    [Theory]
    [InlineData("""{"Tracking":{"MaxTracks":"5"}}""", "a whole number")]
    [InlineData("""{"Tracking":{"MaxTracks":5.5}}""", "a whole number")]
    [InlineData("""{"Tracking":{"MaxTracks":99999999999}}""", "a whole number")]
    [InlineData("""{"Tracking":{"HighScore":"0.5"}}""", "a number")]
    [InlineData("""{"Tracking":{"LostFor":5}}""", "a duration")]
    [InlineData("""{"Mqtt":{"Enabled":"yes"}}""", "true or false")]
    [InlineData("""{"Outputs":{"Driver":1}}""", "one of Simulated, Gpio")]
    [InlineData("""{"Appliance":{"Name":5}}""", "a text in quotes")]
    [InlineData("""{"Appliance":{"Name":null}}""", "must not be null")]
    [InlineData("""{"Appliance":[]}""", "must be an object")]
    [InlineData("""{"Cameras":{}}""", "must be a list")]
    public void Parse_WrongType_SaysWhatIsAllowed(string json, string expected) =>
        Assert.Contains(expected, Assert.Single(ConfigurationFile.Parse(json).Faults).Reason);

    [Fact]
    public void Parse_KeyTwice_IsAFault()
    {
        var fault = Assert.Single(ConfigurationFile.Parse("""{"Log":{"Level":"Debug","level":"Error"}}""").Faults);

        Assert.Equal("Log.Level", fault.Path);
        Assert.Contains("twice", fault.Reason);
    }

    [Fact]
    public void Parse_NotJson_SaysWhereWithoutQuotingIt()
    {
        var fault = Assert.Single(ConfigurationFile.Parse("{\n  \"Mqtt\": { \"Password\": \"hunter2\" oops } }").Faults);

        Assert.Contains("line 2", fault.Reason);
        Assert.DoesNotContain("hunter2", fault.Reason);
        Assert.DoesNotContain("oops", fault.Reason);
    }

    [Fact]
    public void Parse_SecretOfTheWrongType_IsNotRepeated()
    {
        var fault = Assert.Single(ConfigurationFile.Parse("""{"Mqtt":{"Port":"hunter2"}}""").Faults);

        Assert.DoesNotContain("hunter2", fault.Reason);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.99)]
    public void Parse_FloatAtTheEndOfItsRange_IsTaken(double score)
    {
        var json = FormattableString.Invariant($$$"""{"Inference":{"ScoreThreshold":{{{score}}}}}""");

        Assert.Empty(ConfigurationFile.Parse(json).Faults);
    }

    [Theory]
    [InlineData("http://0.0.0.0:80")]
    [InlineData("http://*:80")]
    [InlineData("http://192.0.2.1:80")]
    [InlineData("ftp://127.0.0.1:21")]
    [InlineData("https://*")]
    [InlineData("https://*:99999")]
    [InlineData("https://example.org:443")]
    public void Parse_ListenThatIsNotAllowed_IsAFault(string listen) =>
        Assert.Equal("Api.Listen[0]", Assert.Single(ConfigurationFile.Parse($$$"""{"Api":{"Listen":["{{{listen}}}"]}}""").Faults).Path);

    [Theory]
    [InlineData("https://*:8443")]
    [InlineData("https://[::1]:0")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://[::1]:8080")]
    [InlineData("http://localhost:8080")]
    public void Parse_ListenThatIsAllowed_IsNone(string listen) =>
        Assert.Empty(ConfigurationFile.Parse($$$"""{"Api":{"Listen":["{{{listen}}}"]}}""").Faults);
}
