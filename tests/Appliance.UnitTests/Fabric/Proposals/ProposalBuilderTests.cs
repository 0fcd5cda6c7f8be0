using System.Security.Cryptography;
using System.Text;
using Appliance.Fabric;
using Google.Protobuf;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.UnitTests.Fabric.Proposals;

public class ProposalBuilderTests
{
    private static readonly ByteString s_creator = ByteString.CopyFrom([0x0a, 7, .. "Org1MSP"u8, 0x12, 3, .. "PEM"u8]);
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 17, 0, 0, 250, TimeSpan.Zero);

    [Fact]
    public void TransactionId_Vector_IsSha256OfNonceAndCreator()
    {
        var nonce = Enumerable.Range(0, 24).Select(value => (byte)value).ToArray();

        // sha256sum of 00 01 … 17 and the creator's 14 bytes.
        Assert.Equal("fa8aa027c9175eca4b597a5b496bd214a9928a21e5cef89ab4c1c804fcf9fa35", ProposalBuilder.TransactionId(nonce, s_creator));
    }

    [Fact]
    public void Build_EveryLayer_HoldsWhatAPeerChecks()
    {
        var options = new ProposalOptions
        {
            Arguments = ["ž", (byte[])[0, 255]],
            TransientData = new Dictionary<string, ReadOnlyMemory<byte>> { ["secret"] = "x"u8.ToArray() },
            EndorsingOrganizations = ["Org1MSP"],
        };

        var proposed = ProposalBuilder.Build("watch", "anchor", "evidence:SubmitBatches", options, s_creator, s_now);

        var proposal = Wire.Proposal.Parser.ParseFrom(proposed.Proposal.ProposalBytes);
        var header = Wire.Header.Parser.ParseFrom(proposal.Header);
        var channel = Wire.ChannelHeader.Parser.ParseFrom(header.ChannelHeader);
        var signature = Wire.SignatureHeader.Parser.ParseFrom(header.SignatureHeader);
        var payload = Wire.ChaincodeProposalPayload.Parser.ParseFrom(proposal.Payload);
        var spec = Wire.ChaincodeInvocationSpec.Parser.ParseFrom(payload.Input).ChaincodeSpec;
        Assert.Equal((3, 0, 0ul, "watch"), (channel.Type, channel.Version, channel.Epoch, channel.ChannelId));
        Assert.Equal(s_now, channel.Timestamp.ToDateTimeOffset());
        Assert.Equal("anchor", Wire.ChaincodeHeaderExtension.Parser.ParseFrom(channel.Extension).ChaincodeId.Name);
        Assert.Equal((s_creator, 24), (signature.Creator, signature.Nonce.Length));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([.. signature.Nonce, .. s_creator])), channel.TxId);
        Assert.Equal(channel.TxId, proposed.TransactionId);
        Assert.Equal("anchor", spec.ChaincodeId.Name);
        Assert.Equal(
            ["evidence:SubmitBatches"u8.ToArray(), Encoding.UTF8.GetBytes("ž"), [0, 255]], spec.Input.Args.Select(argument => argument.ToByteArray()));
        Assert.Equal("x", payload.TransientMap["secret"].ToStringUtf8());
        Assert.Equal(["Org1MSP"], proposed.EndorsingOrganizations);
        Assert.True(proposed.Proposal.Signature.IsEmpty);
    }

    [Fact]
    public void Build_SameCallTwice_IsTwoTransactions()
    {
        var first = ProposalBuilder.Build("watch", "anchor", "f", ProposalOptions.None, s_creator, s_now);
        var second = ProposalBuilder.Build("watch", "anchor", "f", ProposalOptions.None, s_creator, s_now);

        Assert.NotEqual(first.TransactionId, second.TransactionId);
    }
}
