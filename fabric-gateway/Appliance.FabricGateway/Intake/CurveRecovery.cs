using Appliance.Core.Evidence.Signatures;
using Appliance.Native.Secp256k1;

namespace Appliance.FabricGateway.Intake;

/// <summary>Who signed, by libsecp256k1.</summary>
public sealed class CurveRecovery : ISignerRecovery
{
    public static readonly CurveRecovery Instance = new();

    public EthereumAddress? Recover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        Secp256k1Curve.Recover(digest, signature) is { } key ? EthereumAddress.FromPublicKey(key) : null;
}
