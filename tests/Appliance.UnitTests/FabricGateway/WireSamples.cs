using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.FabricGateway.Intake;

namespace Appliance.UnitTests.FabricGateway;

/// <summary>Well-formed words of boxes, and a recovery that finds the address that the test put into the signature's first bytes.</summary>
internal sealed class WireSamples : ISignerRecovery
{
    public static readonly string Hash = new('a', 64);
    public static readonly EthereumAddress Box = Address('1');
    public static readonly EthereumAddress Other = Address('2');

    /// <summary>The digest that was asked about last.</summary>
    public byte[]? Asked { get; private set; }

    public static SubmissionReader Reader => new(new WireSamples());

    public static EthereumAddress Address(char digit) =>
        EthereumAddress.TryParse("0x" + new string(digit, 40), out var address) ? address : throw new ArgumentException("no address");

    public static string SignatureOf(EthereumAddress signer) => "0x" + signer.Value[2..].ToLowerInvariant() + new string('0', 88) + "1b";

    public static WireHeader Header(long seq = 2) => new("7F3A", seq, 3, seq == 1 ? BatchHeader.NoPrev : Hash, Hash, Box.Value, SignatureOf(Box));

    public static WireEvidence Evidence() => new("7F3A", Hash, Box.Value, SignatureOf(Box), "alert", "2026-11-21T17:00:00.000Z", Hash);

    public static WireWatchlist Watchlist() => new("7F3A", "banned", 4, Hash, new string('b', 64), null, SignatureOf(Box));

    public static WireUpdate Update() => new("7F3A", "faces", 7, Hash, null, SignatureOf(Box));

    public EthereumAddress? Recover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        Asked = digest.ToArray();
        return signature[20] == 0 && EthereumAddress.TryParse("0x" + Convert.ToHexStringLower(signature[..20]), out var address) ? address : null;
    }
}
