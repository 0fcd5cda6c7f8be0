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

    // Worked out with npm ipfs-unixfs-importer 15.3.1 (build/suites/evidence-js.sh compares more sizes, up to two levels of links).
    [Theory]
    [InlineData(262_144, "bafkreicyf2rsjlabvogs5vfihpzfegm2q5hjwrohaneftr2crm6gsnlznm")]
    [InlineData(262_145, "bafybeidgoqoyg4yhalu6oks2gnsjbs74tnoepwkl77plj4i4rd6lhvt424")]
    [InlineData(3_000_000, "bafybeiav36oj5ktpyj5rsilfqf6f2lvwoawwn3yvmbj3igm2y4qzc3wqai")]
    public void Of_LargerFile_GivesTheImportersAddress(int size, string cid)
    {
        var file = new byte[size];
        for (var i = 0; i < size; i++)
            file[i] = (byte)((i * 31) + (i >> 8));

        Assert.Equal(cid, UnixFsCid.Of(file));
    }
}
