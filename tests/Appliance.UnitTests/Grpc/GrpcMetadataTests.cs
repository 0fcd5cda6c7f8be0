using Appliance.Grpc;

namespace Appliance.UnitTests.Grpc;

public class GrpcMetadataTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("caf%C3%A9 %25", "café %")]
    [InlineData("50%", "50%")]
    [InlineData("%zz", "%zz")]
    [InlineData("ü%C3%BC", "üü")]
    public void PercentDecode_AnyText_GivesWhatWasMeant(string encoded, string expected)
    {
        Assert.Equal(expected, GrpcMetadata.PercentDecode(encoded));
    }

    [Theory]
    [InlineData("AQI=", new byte[] { 1, 2 })]
    [InlineData("AQI", new byte[] { 1, 2 })]
    [InlineData("AQI,Aw==", new byte[] { 1, 2, 3 })]
    [InlineData("", new byte[0])]
    public void ReadBinary_PaddedOrNot_GivesTheBytes(string header, byte[] expected)
    {
        Assert.Equal(expected, GrpcMetadata.ReadBinary(header));
    }

    [Theory]
    [InlineData(0.0004, "1m")]
    [InlineData(5, "5000m")]
    [InlineData(86_400 * 30, "2592000S")]
    public void Timeout_AnyDeadline_HasAtMostEightDigits(double seconds, string expected)
    {
        Assert.Equal(expected, GrpcMetadata.Timeout(TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData("http://fl.example:9092")]
    [InlineData("http://192.0.2.7:9092")]
    [InlineData("ftp://127.0.0.1:1")]
    public void GrpcChannel_PlaintextToAnotherHost_IsRefused(string address)
    {
        Assert.Throws<ArgumentException>(() => new GrpcChannel(new() { Address = new(address) }));
    }

    [Theory]
    [InlineData("http://127.0.0.1:9092", false)]
    [InlineData("http://localhost:9092", false)]
    [InlineData("http://fl.example:9092", true)]
    public void GrpcChannel_LoopbackOrAllowed_IsMade(string address, bool allowPlaintext)
    {
        using var channel = new GrpcChannel(new() { Address = new(address), AllowPlaintext = allowPlaintext });

        Assert.NotNull(channel);
    }
}
