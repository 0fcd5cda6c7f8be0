using System.Text;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.UnitTests.Core.Evidence.Signatures;

public class EthereumAddressTests
{
    // The test cases of EIP-55.
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void TryParse_LowerCase_IsSpelledAsInEip55(string spelled)
    {
        Assert.True(EthereumAddress.TryParse(spelled.ToLowerInvariant(), out var address));

        Assert.Equal(spelled, address.Value);
    }

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg")]
    [InlineData("")]
    [InlineData(null)]
    public void TryParse_WrongChecksumOrForm_IsRefused(string? text) => Assert.False(EthereumAddress.TryParse(text, out _));

    // The public key of the private key 1, that is the generator point.
    [Fact]
    public void FromPublicKey_Generator_IsTheKnownAddress()
    {
        var key = Convert.FromHexString(
            "79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798"
            + "483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8");

        Assert.Equal("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", EthereumAddress.FromPublicKey(key).Value);
    }

    // hashMessage("Hello World") of ethers.
    [Fact]
    public void PersonalMessage_HelloWorld_GivesEthersDigest() => Assert.Equal(
        "a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2",
        Convert.ToHexStringLower(PersonalMessage.Digest(Encoding.UTF8.GetBytes("Hello World"))));
}
