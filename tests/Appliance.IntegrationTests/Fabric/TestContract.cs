using System.Globalization;
using System.Text;
using Appliance.IntegrationTests.Fabric.GatewayDouble;

namespace Appliance.IntegrationTests.Fabric;

/// <summary>A small chaincode that does one of everything.</summary>
internal static class TestContract
{
    public static ValueTask<ReadOnlyMemory<byte>> Run(ContractCall call) => new(Answer(call));

    private static ReadOnlyMemory<byte> Answer(ContractCall call) => call.Function switch
    {
        "echo" => call.Arguments.SelectMany(argument => argument).ToArray(),
        "put" or "notes:put" => Put(call),
        "get" or "notes:get" => call.Get(call.Text(0)) ?? throw new ContractError("NOT_FOUND"),
        "count" => Count(call),
        "whisper" => Encoding.UTF8.GetBytes(call.Transient["secret"].Length.ToString(CultureInfo.InvariantCulture)),
        "refuse" => throw new ContractError(call.Text(0)),
        _ => throw new ContractError($"You've asked to invoke a function that does not exist: {call.Function}"),
    };

    /// <summary>Idempotent: the same value again is "exists", another one a conflict.</summary>
    private static byte[] Put(ContractCall call)
    {
        var (key, value) = (call.Text(0), call.Arguments[1]);
        if (call.Get(key) is { } there)
            return there.AsSpan().SequenceEqual(value) ? Encoding.UTF8.GetBytes("exists") : throw new ContractError("CONFLICT");
        call.Put(key, value);
        call.SetEvent("put", Encoding.UTF8.GetBytes(key));
        return Encoding.UTF8.GetBytes("stored");
    }

    private static byte[] Count(ContractCall call)
    {
        var before = call.Get("count") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        var after = Encoding.UTF8.GetBytes((before + 1).ToString(CultureInfo.InvariantCulture));
        call.Put("count", after);
        return after;
    }
}
