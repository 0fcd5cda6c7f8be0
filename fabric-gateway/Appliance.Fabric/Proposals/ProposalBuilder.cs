using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Appliance.Fabric;

/// <summary>Puts a proposal's six layers together, each serialised into the next.</summary>
internal static class ProposalBuilder
{
    internal const int EndorserTransaction = 3;
    internal const int NonceBytes = 24;

    /// <summary>"Node" in the enumeration of contract languages; no peer looks at it.</summary>
    private const int LanguageNode = 2;

    internal static Wire.ProposedTransaction Build(
        string channel, string chaincode, string function, ProposalOptions options, ByteString creator, DateTimeOffset now)
    {
        // Never used twice: the id of a transaction is made from it, and a second one of that id is void.
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var transactionId = TransactionId(nonce, creator);
        var proposal = new Wire.Proposal
        {
            Header = Header(channel, chaincode, transactionId, nonce, creator, now).ToByteString(),
            Payload = Payload(chaincode, function, options).ToByteString(),
        };
        return new()
        {
            TransactionId = transactionId,
            Proposal = new() { ProposalBytes = proposal.ToByteString() },
            EndorsingOrganizations = { options.EndorsingOrganizations },
        };
    }

    /// <summary>Lower-case hexadecimal SHA-256 of nonce ‖ creator.</summary>
    internal static string TransactionId(ReadOnlySpan<byte> nonce, ByteString creator)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(nonce);
        hash.AppendData(creator.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Wire.Header Header(
        string channel, string chaincode, string transactionId, byte[] nonce, ByteString creator, DateTimeOffset now) => new()
        {
            ChannelHeader = new Wire.ChannelHeader
            {
                Type = EndorserTransaction,
                Timestamp = Timestamp.FromDateTimeOffset(now),
                ChannelId = channel,
                TxId = transactionId,
                Extension = new Wire.ChaincodeHeaderExtension { ChaincodeId = new() { Name = chaincode } }.ToByteString(),
            }.ToByteString(),
            SignatureHeader = new Wire.SignatureHeader { Creator = creator, Nonce = ByteString.CopyFrom(nonce) }.ToByteString(),
        };

    private static Wire.ChaincodeProposalPayload Payload(string chaincode, string function, ProposalOptions options)
    {
        var input = new Wire.ChaincodeInput { Args = { ByteString.CopyFromUtf8(function) } };
        foreach (var argument in options.Arguments)
            input.Args.Add(ByteString.CopyFrom(argument.Bytes.Span));
        var payload = new Wire.ChaincodeProposalPayload
        {
            Input = new Wire.ChaincodeInvocationSpec
            {
                ChaincodeSpec = new() { Type = LanguageNode, ChaincodeId = new() { Name = chaincode }, Input = input },
            }.ToByteString(),
        };
        foreach (var (name, value) in options.TransientData)
            payload.TransientMap.Add(name, ByteString.CopyFrom(value.Span));
        return payload;
    }
}
