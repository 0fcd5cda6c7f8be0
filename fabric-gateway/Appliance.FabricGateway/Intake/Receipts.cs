using System.Globalization;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Intake;

/// <summary>Puts receipts as boxes keep them beside their evidence.</summary>
public sealed class Receipts(FabricOptions options)
{
    public WireReceipt Of(BatchReceipt receipt) => new(
        "hyperledger-fabric",
        options.Channel,
        options.Chaincode,
        receipt.Place.TransactionId,
        receipt.Place.Block,
        options.MspId!,
        receipt.Device,
        receipt.Seq,
        receipt.Root,
        DateTimeOffset.FromUnixTimeMilliseconds(receipt.Place.At).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
