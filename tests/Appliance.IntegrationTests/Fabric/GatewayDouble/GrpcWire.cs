using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>gRPC's framing on the server's side.</summary>
internal static class GrpcWire
{
    private const int HeaderBytes = 5;

    public static async Task<T> Read<T>(HttpContext http, MessageParser<T> parser)
        where T : IMessage<T>
    {
        var header = new byte[HeaderBytes];
        await http.Request.Body.ReadExactlyAsync(header, http.RequestAborted);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await http.Request.Body.ReadExactlyAsync(body, http.RequestAborted);
        return parser.ParseFrom(body);
    }

    public static async Task Write(HttpContext http, IMessage message)
    {
        var frame = new byte[HeaderBytes + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - HeaderBytes);
        message.WriteTo(frame.AsSpan(HeaderBytes));
        await http.Response.Body.WriteAsync(frame, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    public static void Begin(HttpContext http) => http.Response.ContentType = "application/grpc";

    public static void End(HttpContext http) => http.Response.AppendTrailer("grpc-status", "0");

    /// <summary>All in the headers where nothing was sent yet: grpc-go answers an immediate fault so.</summary>
    public static void Refuse(HttpContext http, Refusal refusal)
    {
        var fields = new Dictionary<string, string>
        {
            ["grpc-status"] = refusal.Code.ToString(CultureInfo.InvariantCulture),
            ["grpc-message"] = PercentEncode(refusal.Message),
        };
        if (refusal.Details.Count > 0)
            fields["grpc-status-details-bin"] = Details(refusal);
        if (!http.Response.HasStarted)
            Begin(http);
        foreach (var (name, value) in fields)
        {
            if (http.Response.HasStarted)
                http.Response.AppendTrailer(name, value);
            else
                http.Response.Headers[name] = value;
        }
    }

    /// <summary>Only '%' and what is not printable ASCII: official clients do not undo more.</summary>
    private static string PercentEncode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (octet is >= 0x20 and <= 0x7E and not (byte)'%')
                encoded.Append((char)octet);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return encoded.ToString();
    }

    private static string Details(Refusal refusal)
    {
        var status = new Wire.Status { Code = refusal.Code, Message = refusal.Message };
        foreach (var detail in refusal.Details)
            status.Details.Add(new Any { TypeUrl = "type.googleapis.com/gateway.ErrorDetail", Value = detail.ToByteString() });
        return Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
    }
}
