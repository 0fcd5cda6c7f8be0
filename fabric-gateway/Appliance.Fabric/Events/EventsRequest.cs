using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>Says where a stream of events begins.</summary>
internal static class EventsRequest
{
    internal static ByteString Build(string channel, string chaincode, ChaincodeEventsOptions options, ByteString creator) =>
        new Wire.ChaincodeEventsRequest
        {
            ChannelId = channel,
            ChaincodeId = chaincode,
            Identity = creator,
            StartPosition = (options.Checkpoint?.BlockNumber ?? options.StartBlock) is { } block
                ? new() { Specified = new() { Number = block } }
                : new() { NextCommit = new() },
            AfterTransactionId = options.Checkpoint?.TransactionId ?? "",
        }.ToByteString();
}
