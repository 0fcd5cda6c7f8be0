using System.Text;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.UnitTests.Core.Evidence.Signatures;

public class Keccak256Tests
{
    // Empty and "abc": the Keccak team's KATs for c = 512; the others as Ethereum's clients give them.
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("The quick brown fox jumps over the lazy dog", "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15")]
    [InlineData("transfer(address,uint256)", "a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b")]
    public void HashData_PublishedText_GivesPublishedDigest(string text, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(Keccak256.HashData(Encoding.UTF8.GetBytes(text))));

    // ShortMsgKAT_256 of the Keccak submission: message CC.
    [Fact]
    public void HashData_OneByteOfTheSubmission_GivesItsDigest() => Assert.Equal(
        "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a", Convert.ToHexStringLower(Keccak256.HashData([0xcc])));

    [Theory]
    [InlineData(135)]
    [InlineData(136)]
    [InlineData(137)]
    [InlineData(272)]
    public void HashData_AroundTheBlockSize_DiffersFromItsNeighbour(int length)
    {
        var hash = Keccak256.HashData(new byte[length]);

        Assert.NotEqual(hash, Keccak256.HashData(new byte[length + 1]));
        Assert.NotEqual(hash, Keccak256.HashData(new byte[length - 1]));
    }
}
