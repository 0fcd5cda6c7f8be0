using System.Globalization;
using System.Text;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.Core.Evidence.Anchoring;

/// <summary>
/// One state of a box's watchlist. Nothing but the hash leaves the box; whoever may look into the box works it out again and
/// sees whether the list was what the ledger says it was.
/// </summary>
/// <param name="Device">Serial number of the box.</param>
/// <param name="List">Name of the list; the ledger keeps lists by box.</param>
/// <param name="Version">From 1, without gaps.</param>
/// <param name="PrevHash"><see cref="Hash"/> of the version before; 64 zeros for the first.</param>
/// <param name="Hash">SHA-256 over the list, hexadecimal: <see cref="WatchlistHash"/>.</param>
public sealed record WatchlistStatement(string Device, string List, long Version, string PrevHash, string Hash)
{
    /// <summary>A box has one list.</summary>
    public const string OnlyList = "watchlist";

    /// <summary><see cref="PrevHash"/> of the first version.</summary>
    public static readonly string NoPrev = BatchHeader.NoPrev;

    /// <summary><c>wlversion-v1|device|list|version|prevHash|hash</c></summary>
    public string Message => string.Create(CultureInfo.InvariantCulture, $"wlversion-v1|{Device}|{List}|{Version}|{PrevHash}|{Hash}");

    /// <summary>The 32 bytes that are signed: EIP-191 over the Keccak-256 of <see cref="Message"/>.</summary>
    public byte[] SignedDigest() => PersonalMessage.Digest(Keccak256.HashData(Encoding.UTF8.GetBytes(Message)));
}

/// <summary>What a box says of an update that it sent to a federation.</summary>
/// <param name="Device">Serial number of the box.</param>
/// <param name="Job">Which training.</param>
/// <param name="Round">As the server counts.</param>
/// <param name="Hash">SHA-256 of the update, hexadecimal.</param>
public sealed record UpdateStatement(string Device, string Job, long Round, string Hash)
{
    /// <summary><c>flupdate-v1|device|job|round|hash</c></summary>
    public string Message => string.Create(CultureInfo.InvariantCulture, $"flupdate-v1|{Device}|{Job}|{Round}|{Hash}");

    /// <summary>The 32 bytes that are signed: EIP-191 over the Keccak-256 of <see cref="Message"/>.</summary>
    public byte[] SignedDigest() => PersonalMessage.Digest(Keccak256.HashData(Encoding.UTF8.GetBytes(Message)));
}
