using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Appliance.Learning.Flower;

namespace Appliance.UnitTests.Learning.Flower;

public class NodeKeyTests
{
    [Fact]
    public void PublicPem_OfAnyKey_IsSixtyFourColumnsAndANewline()
    {
        using var key = NodeKey.Make();

        var lines = key.PublicPem.Split('\n');

        Assert.Equal(("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----", ""), (lines[0], lines[^2], lines[^1]));
        Assert.All(lines[1..^3], line => Assert.Equal(64, line.Length));
    }

    [Fact]
    public void Headers_AtAnyTime_CarryASignatureOverTheTimestampOnly()
    {
        using var key = NodeKey.Make();
        var now = new DateTimeOffset(2026, 11, 21, 10, 31, 55, TimeSpan.FromHours(2)).AddTicks(9_960_310);

        var headers = key.Headers(now).ToDictionary();

        using var verifier = ECDsa.Create();
        verifier.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(headers["flwr-public-key-bin"])));
        Assert.Equal("2026-11-21T08:31:55.996031+00:00", headers["flwr-timestamp"]);
        Assert.True(verifier.VerifyData(
            Encoding.ASCII.GetBytes(headers["flwr-timestamp"]), Convert.FromBase64String(headers["flwr-signature-bin"]),
            HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public void PublicOpenSsh_OfAKey_HoldsItsPoint()
    {
        using var key = NodeKey.Make();
        using var parsed = ECDsa.Create();
        parsed.ImportFromPem(key.PublicPem);
        var point = parsed.ExportParameters(false).Q;

        var parts = key.PublicOpenSsh("box-1").Split(' ');

        var blob = Convert.FromBase64String(parts[1]);
        Assert.Equal(("ecdsa-sha2-nistp384", "box-1"), (parts[0], parts[2]));
        Assert.Equal(19, BinaryPrimitives.ReadInt32BigEndian(blob));
        Assert.Equal([4, .. point.X!, .. point.Y!], blob[^97..]);
    }
}
