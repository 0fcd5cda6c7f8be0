using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>Reads <c>grpc-status-details-bin</c>.</summary>
internal static class StatusDetails
{
    internal const string TypeUrl = "type.googleapis.com/gateway.ErrorDetail";

    /// <summary>Empty where there are none; details of other kinds and broken ones are left out, for the status itself counts more.</summary>
    internal static IReadOnlyList<ErrorDetail> Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return [];
        try
        {
            var details = new List<ErrorDetail>();
            foreach (var any in Wire.Status.Parser.ParseFrom(bytes.Span).Details)
            {
                if (any.TypeUrl != TypeUrl)
                    continue;
                var detail = Wire.ErrorDetail.Parser.ParseFrom(any.Value);
                details.Add(new(detail.Address, detail.MspId, detail.Message));
            }

            return details;
        }
        catch (InvalidProtocolBufferException)
        {
            return [];
        }
    }
}
