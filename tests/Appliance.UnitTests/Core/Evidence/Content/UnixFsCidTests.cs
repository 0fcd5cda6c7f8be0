using System.Text;
using Appliance.Core.Evidence.Content;

namespace Appliance.UnitTests.Core.Evidence.Content;

public class UnixFsCidTests
{
    // The empty file and "hello world" without a line's end: as `ipfs add --cid-version=1` prints them.
    [Theory]
    [InlineData("", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")]
    [InlineData("hello world", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")]
    public void Of_SmallFile_IsItsRawBlock(string text, string cid) => Assert.Equal(cid, UnixFsCid.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Append_InPieces_GivesTheSameAddress()
    {
        var file = new byte[700_001];
        new Random(7).NextBytes(file);
        using var cid = new UnixFsCid();

        for (var at = 0; at < file.Length; at += 65_537)
            cid.Append(file.AsSpan(at, Math.Min(65_537, file.Length - at)));

        Assert.Equal(UnixFsCid.Of(file), cid.Finish());
    }

    // Worked out with npm ipfs-unixfs-importer (build/suites/evidence-js.sh compares more sizes).
    [Theory]
    [InlineData(262_144)]
    [InlineData(262_145)]
    public void Of_AroundTheChunk_IsRawThenTree(int size) => Assert.StartsWith(
        size <= 262_144 ? "bafkrei" : "bafybei", UnixFsCid.Of(new byte[size]), StringComparison.Ordinal);
}
