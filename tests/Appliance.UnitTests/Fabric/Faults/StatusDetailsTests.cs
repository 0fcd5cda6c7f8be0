using Appliance.Fabric;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.UnitTests.Fabric.Faults;

public class StatusDetailsTests
{
    [Fact]
    public void Read_BytesByHand_GivesTheDetail()
    {
        // google.rpc.Status{code 10, details [Any{type, ErrorDetail{"p:1", "M", "no"}}]}, written out field by field.
        byte[] detail = [0x0a, 3, .. "p:1"u8, 0x12, 1, .. "M"u8, 0x1a, 2, .. "no"u8];
        byte[] type = [.. "type.googleapis.com/gateway.ErrorDetail"u8];
        byte[] any = [0x0a, (byte)type.Length, .. type, 0x12, (byte)detail.Length, .. detail];
        byte[] status = [0x08, 10, 0x1a, (byte)any.Length, .. any];

        Assert.Equal([new("p:1", "M", "no")], StatusDetails.Read(status));
    }

    [Fact]
    public void Read_OtherKindsBetween_AreLeftOut()
    {
        var status = new Wire.Status
        {
            Details =
            {
                new Any { TypeUrl = "type.googleapis.com/google.rpc.RetryInfo", Value = ByteString.CopyFromUtf8("?") },
                new Any { TypeUrl = StatusDetails.TypeUrl, Value = new Wire.ErrorDetail { MspId = "Org2MSP" }.ToByteString() },
            },
        };

        Assert.Equal([new("", "Org2MSP", "")], StatusDetails.Read(status.ToByteArray()));
    }

    [Fact]
    public void Read_NothingOrBroken_IsNone()
    {
        Assert.Empty(StatusDetails.Read(default));
        Assert.Empty(StatusDetails.Read(new byte[] { 0x1a, 200, 1 }));
    }
}
