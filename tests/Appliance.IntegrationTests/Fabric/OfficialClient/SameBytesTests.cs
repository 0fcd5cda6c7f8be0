using System.Text.Json.Nodes;
using Appliance.Fabric;
using Appliance.IntegrationTests.Support;
using Google.Protobuf;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.OfficialClient;

/// <summary>What one client writes the other one reads, to the byte. Fabric does not ask for equal bytes; equal bytes show equal fields.</summary>
public class SameBytesTests
{
    private static readonly ProposalOptions s_full = new()
    {
        Arguments = ["žluťoučký kůň 🐎", (byte[])[0, 1, 127, 128, 255], "", "plain"],
        TransientData = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["binary"] = (byte[])[0, 255],
            ["klíč"] = "hodnota"u8.ToArray(),
        },
        EndorsingOrganizations = ["Org1MSP", "Org2MSP"],
    };

    [OfficialClientFact]
    public async Task Proposal_Ours_OfficialClientReadsAndWritesTheSame()
    {
        await using var network = await DoubledNetwork.Start();
        using var node = await NodeClient.Connect(network);

        foreach (var options in new[] { s_full, ProposalOptions.None })
        {
            var ours = network.Network.GetContract("anchor", "evidence").NewProposal("SubmitBatches", options);
            var theirs = await Read(node, "readProposal", ours.GetBytes());

            Assert.Equal(ours.TransactionId, (string)theirs["transactionId"]!);
            Assert.Equal(ours.GetDigest(), Bytes(theirs, "digest"));
            Assert.Equal(ours.GetBytes(), Bytes(theirs, "bytes"));
        }
    }

    [OfficialClientFact]
    public async Task Proposal_Theirs_AllSixLayersAreWrittenBackTheSame()
    {
        await using var network = await DoubledNetwork.Start();
        using var node = await NodeClient.Connect(network);

        var theirs = (await node.Ask(Call("build", "SubmitBatches", s_full)))!;
        var bytes = Bytes(theirs, "bytes");
        var ours = network.Gateway.NewProposal(bytes);

        Assert.Equal((string)theirs["transactionId"]!, ours.TransactionId);
        Assert.Equal(Bytes(theirs, "digest"), ours.GetDigest());
        Assert.Equal(bytes, ours.GetBytes());
        var proposed = Same(Wire.ProposedTransaction.Parser, ByteString.CopyFrom(bytes));
        var proposal = Same(Wire.Proposal.Parser, proposed.Proposal.ProposalBytes);
        var header = Same(Wire.Header.Parser, proposal.Header);
        var channel = Same(Wire.ChannelHeader.Parser, header.ChannelHeader);
        Same(Wire.ChaincodeHeaderExtension.Parser, channel.Extension);
        var signature = Same(Wire.SignatureHeader.Parser, header.SignatureHeader);
        Same(Wire.SerializedIdentity.Parser, signature.Creator);
        var payload = Same(Wire.ChaincodeProposalPayload.Parser, proposal.Payload);
        var call = Same(Wire.ChaincodeInvocationSpec.Parser, payload.Input).ChaincodeSpec;
        // The same meaning, too: nothing hides among unknown fields.
        Assert.Equal(s_full.Arguments.Select(argument => argument.Bytes.ToArray()), call.Input.Args.Skip(1).Select(argument => argument.ToByteArray()));
        Assert.Equal(s_full.TransientData.Keys.Order(), payload.TransientMap.Keys.Order());
        Assert.Equal(s_full.EndorsingOrganizations, proposed.EndorsingOrganizations);
        Assert.Equal(network.Identity.Creator, signature.Creator);
        Assert.Equal((3, "watch", "anchor"), (channel.Type, channel.ChannelId, call.ChaincodeId.Name));
    }

    [OfficialClientFact]
    public async Task Proposal_OursByOption_DiffersFromTheirsOnlyInNonceAndTime()
    {
        await using var network = await DoubledNetwork.Start();
        using var node = await NodeClient.Connect(network);

        var theirs = Wire.ProposedTransaction.Parser.ParseFrom(Bytes((await node.Ask(Call("build", "SubmitBatches", s_full)))!, "bytes"));
        var ours = Wire.ProposedTransaction.Parser.ParseFrom(network.Contract.NewProposal("SubmitBatches", s_full).GetBytes());

        Assert.Equal(Without(theirs), Without(ours));
    }

    [OfficialClientFact]
    public async Task Envelope_EndorsedByOne_IsSubmittedByTheOther()
    {
        await using var network = await DoubledNetwork.Start();
        using var node = await NodeClient.Connect(network);

        var ours = await network.Contract.NewProposal("put", ["a", "1"]).EndorseAsync();
        var read = await Read(node, "readTransaction", ours.GetBytes());
        var submitted = await Read(node, "submitBytes", ours.GetBytes());
        var theirs = (await node.Ask(Call("endorse", "put", new() { Arguments = ["b", "2"] })))!;
        var taken = network.Gateway.NewTransaction(Bytes(theirs, "bytes"));
        var status = await (await taken.SubmitAsync()).GetStatusAsync();

        Assert.Equal((byte[][])[ours.GetDigest(), ours.Result.ToArray()], [Bytes(read, "digest"), Bytes(read, "result")]);
        Assert.Equal((0, ours.TransactionId), ((int)submitted["code"]!, (string)submitted["transactionId"]!));
        Assert.Equal([Bytes(theirs, "digest"), Bytes(theirs, "result")], (byte[][])[taken.GetDigest(), taken.Result.ToArray()]);
        Assert.Equal((true, (string)theirs["transactionId"]!), (status.IsSuccessful, taken.TransactionId));
        Assert.Empty(network.Double.Violations);
    }

    [OfficialClientFact]
    public async Task ProposalAndCommit_HandedOver_AreTakenUp()
    {
        await using var network = await DoubledNetwork.Start();
        using var node = await NodeClient.Connect(network);

        var endorsed = await Read(node, "endorseBytes", network.Contract.NewProposal("put", ["a", "1"]).GetBytes());
        var commit = network.Network.NewCommit((string)endorsed["transactionId"]!);
        var read = await Read(node, "readCommit", commit.GetBytes());

        Assert.Equal(commit.GetDigest(), Bytes(read, "digest"));
        Assert.Equal(commit.GetBytes(), Bytes(read, "bytes"));
    }

    [OfficialClientFact]
    public async Task Checkpoint_File_IsReadByBoth()
    {
        await using var network = await DoubledNetwork.Start();
        using var node = await NodeClient.Connect(network);
        using var folder = new TemporaryFolder();
        var (ours, theirs) = (Path.Combine(folder.Path, "ours"), Path.Combine(folder.Path, "theirs"));
        var checkpointer = await FileCheckpointer.OpenAsync(ours);
        await checkpointer.CheckpointChaincodeEventAsync(new(7, "ab", "anchor", "put", default));

        await node.Ask(new() { ["do"] = "writeCheckpoint", ["path"] = theirs, ["block"] = 7, ["transactionId"] = "ab" });
        var same = await File.ReadAllTextAsync(theirs) == await File.ReadAllTextAsync(ours);
        await node.Ask(new() { ["do"] = "writeCheckpoint", ["path"] = theirs, ["block"] = 7 });
        var read = await node.Ask(new() { ["do"] = "readCheckpoint", ["path"] = ours });

        Assert.True(same);
        Assert.Equal(new Checkpoint(8), (await FileCheckpointer.OpenAsync(theirs)).Checkpoint);
        Assert.Equal(("7", "ab"), ((string)read!["block"]!, (string)read["transactionId"]!));
    }

    private static string Without(Wire.ProposedTransaction proposed)
    {
        var proposal = Wire.Proposal.Parser.ParseFrom(proposed.Proposal.ProposalBytes);
        var header = Wire.Header.Parser.ParseFrom(proposal.Header);
        var channel = Wire.ChannelHeader.Parser.ParseFrom(header.ChannelHeader);
        var signature = Wire.SignatureHeader.Parser.ParseFrom(header.SignatureHeader);
        var payload = Wire.ChaincodeProposalPayload.Parser.ParseFrom(proposal.Payload);
        channel.Timestamp = null;
        channel.TxId = "";
        signature.Nonce = ByteString.CopyFrom(new byte[signature.Nonce.Length]);
        return $"{channel}{signature}{payload.Input.ToBase64()}"
               + string.Join(';', payload.TransientMap.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value.ToBase64()}"))
               + string.Join(',', proposed.EndorsingOrganizations);
    }

    private static T Same<T>(MessageParser<T> parser, ByteString bytes)
        where T : IMessage<T>
    {
        var message = parser.ParseFrom(bytes);
        Assert.Equal(bytes, message.ToByteString());
        return message;
    }

    private static async Task<JsonNode> Read(NodeClient node, string what, byte[] value) =>
        (await node.Ask(new() { ["do"] = what, ["value"] = Convert.ToBase64String(value) }))!;

    private static JsonObject Call(string what, string function, ProposalOptions options) => new()
    {
        ["do"] = what,
        ["channel"] = "watch",
        ["chaincode"] = "anchor",
        ["function"] = function,
        ["args"] = new JsonArray([.. options.Arguments.Select(argument => (JsonNode)Convert.ToBase64String(argument.Bytes.Span))]),
        ["transient"] = new JsonObject(
            options.TransientData.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Convert.ToBase64String(entry.Value.Span)))),
        ["organizations"] = options.EndorsingOrganizations.Count == 0
            ? null
            : new JsonArray([.. options.EndorsingOrganizations.Select(name => (JsonNode)name)]),
    };

    private static byte[] Bytes(JsonNode answer, string name) => Convert.FromBase64String((string)answer[name]!);
}
