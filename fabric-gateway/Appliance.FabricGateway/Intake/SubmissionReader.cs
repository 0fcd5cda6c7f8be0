using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.FabricGateway.Ledger;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Intake;

/// <summary>
/// Makes submissions out of what boxes write: checks the form, then who signed. Whether that signer may speak for the box is for the
/// register to say, when it is stored. Pure and thread-safe.
/// </summary>
public sealed partial class SubmissionReader(ISignerRecovery recovery)
{
    // As the contract takes them.
    private const long MaxSeq = 999_999_999_999;
    private const long MaxVersion = 999_999_999;
    private const int MaxRecord = 2000;

    /// <summary>A box's batch header.</summary>
    public (Submission? Submission, Refusal? Refusal) Read(WireBatch? batch)
    {
        if (batch?.Header is not { } wire)
            return Malformed("header is missing");
        if (WhyNotDevice(wire.Device) is { } device)
            return Malformed(device);
        if (wire.Seq is not (>= 1 and <= MaxSeq))
            return Malformed("seq must be a number from 1");
        if (wire.Size is not (>= 1 and <= BatchHeader.MaxLeaves))
            return Malformed($"size must be 1 to {BatchHeader.MaxLeaves}");
        if (!IsHash(wire.Prev))
            return Malformed("prev must be 64 lower-case hexadecimal digits");
        if (!IsHash(wire.Root))
            return Malformed("root must be 64 lower-case hexadecimal digits");
        if (wire.Seq == 1 != (wire.Prev == BatchHeader.NoPrev))
            return Malformed("prev is 64 zeros for the first batch and for no other");

        var header = new BatchHeader(wire.Device!, wire.Seq!.Value, wire.Size!.Value, wire.Prev!, wire.Root!);
        return Signed(header.SignedDigest(), wire.Signer, wire.Signature, signer => new(
            ItemKind.Batch, header.Device, $"{header.Device}|{header.Seq.ToString(CultureInfo.InvariantCulture)}", header.Seq, signer,
            header.Message, AnchorCalls.Header(header, wire.Signature!), AnchorCalls.DeviceLane(header.Device), IsBarrier: false));
    }

    /// <summary>Critical evidence.</summary>
    public (Submission? Submission, Refusal? Refusal) Read(WireEvidence? wire)
    {
        if (wire is null)
            return Malformed("evidence is missing");
        if (WhyNotDevice(wire.Device) is { } device)
            return Malformed(device);
        if (!IsHash(wire.Digest))
            return Malformed("digest must be 64 lower-case hexadecimal digits");
        if (!IsWord(wire.Kind) || wire.Kind!.Any(char.IsAsciiLetterUpper))
            return Malformed("kind must be 1 to 64 of a-z 0-9 _ . -");
        if (wire.Captured is not { } captured || !Instant().IsMatch(captured)
            || !DateTimeOffset.TryParse(captured, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            return Malformed("captured must be a time in UTC (RFC 3339 with Z)");
        if (wire.MetaHash is { Length: > 0 } && !IsHash(wire.MetaHash))
            return Malformed("metaHash must be 64 lower-case hexadecimal digits, or empty");

        // Only the digest is signed; the rest is the box's word to us, and the first one counts.
        var digest = PersonalMessage.Digest(Convert.FromHexString(wire.Digest!));
        return Signed(digest, wire.Signer, wire.Signature, signer => new(
            ItemKind.Evidence, wire.Device!, wire.Digest!, 0, signer,
            wire.Device!, AnchorCalls.Evidence(wire), AnchorCalls.DeviceLane(wire.Device!), IsBarrier: false));
    }

    /// <summary>A version of a watchlist.</summary>
    public (Submission? Submission, Refusal? Refusal) Read(WireWatchlist? wire)
    {
        if (wire is null)
            return Malformed("the watchlist is missing");
        if (WhyNotDevice(wire.Device) is { } device)
            return Malformed(device);
        if (!IsWord(wire.List))
            return Malformed("list must be 1 to 64 letters, digits, . _ -");
        if (wire.Version is not (>= 1 and <= MaxVersion))
            return Malformed("version must be a number from 1");
        if (!IsHash(wire.Hash) || !IsHash(wire.PrevHash))
            return Malformed("hash and prevHash must be 64 lower-case hexadecimal digits");

        var message = string.Create(
            CultureInfo.InvariantCulture, $"wlversion-v1|{wire.Device}|{wire.List}|{wire.Version}|{wire.PrevHash}|{wire.Hash}");
        return Signed(SignedText(message), wire.Signer, wire.Signature, signer => new(
            ItemKind.Watchlist, wire.Device!, string.Create(CultureInfo.InvariantCulture, $"{wire.Device}|{wire.List}|{wire.Version}"), 0, signer,
            // Each version follows the one before it: one at a time.
            message, AnchorCalls.Watchlist(wire), $"wl|{wire.Device}|{wire.List}", IsBarrier: true));
    }

    /// <summary>A box's update in a round of federated learning.</summary>
    public (Submission? Submission, Refusal? Refusal) Read(WireUpdate? wire)
    {
        if (wire is null)
            return Malformed("the update is missing");
        if (WhyNotDevice(wire.Device) is { } device)
            return Malformed(device);
        if (!IsWord(wire.Job))
            return Malformed("job must be 1 to 64 letters, digits, . _ -");
        if (wire.Round is not (>= 1 and <= MaxVersion))
            return Malformed("round must be a number from 1");
        if (!IsHash(wire.Hash))
            return Malformed("hash must be 64 lower-case hexadecimal digits");

        var message = string.Create(CultureInfo.InvariantCulture, $"flupdate-v1|{wire.Device}|{wire.Job}|{wire.Round}|{wire.Hash}");
        return Signed(SignedText(message), wire.Signer, wire.Signature, signer => new(
            ItemKind.Update, wire.Device!, string.Create(CultureInfo.InvariantCulture, $"{wire.Job}|{wire.Round}|{wire.Device}"), 0, signer,
            message, AnchorCalls.Update(wire), AnchorCalls.RoundLane(wire.Job!, wire.Round!.Value), IsBarrier: false));
    }

    /// <summary>A rotation: the record must be signed by both keys that it names.</summary>
    public (RotationSubmission? Submission, Refusal? Refusal) Read(WireKey? wire)
    {
        if (wire?.Record is not { Length: <= MaxRecord } record || wire.NewSignature is null)
            return (null, new(RefusalWord.Malformed, $"record (up to {MaxRecord} characters) and newSignature must be given"));

        KeyStatement statement;
        var json = Encoding.UTF8.GetBytes(record);
        try
        {
            statement = KeyStatement.Read(json);
        }
        catch (JsonException error)
        {
            return (null, new(RefusalWord.Malformed, error.Message));
        }

        if (WhyNotDevice(statement.Device) is { } device)
            return (null, new(RefusalWord.Malformed, device));
        if (!EthereumAddress.TryParse(statement.NewAddress, out _) || statement.NewAddress == statement.OldAddress)
            return (null, new(RefusalWord.Malformed, "newAddress must be another address"));

        var digest = KeyStatement.SignedDigest(json);
        if (Recover(digest, wire.NewSignature) != statement.NewAddress)
            return (null, new(RefusalWord.BadSignature, "newSignature is not of the new key"));
        // The first key of a box has none before it: it comes into the register by the operator's hand alone.
        if (statement.OldAddress.Length > 0 && Recover(digest, wire.OldSignature) != statement.OldAddress)
            return (null, new(RefusalWord.BadSignature, "oldSignature is not of the old key"));

        var kept = new JsonObject { ["record"] = record, ["oldSignature"] = wire.OldSignature, ["newSignature"] = wire.NewSignature }.ToJsonString();
        return (new(statement, kept, AnchorCalls.Rotation(statement.Device, $"[{kept}]")), null);
    }

    private (Submission?, Refusal?) Signed(byte[] digest, string? signer, string? signature, Func<string, Submission> make)
    {
        if (!EvidenceSignature.TryParse(signature, out _))
            return Malformed("signature must be 0x and 130 lower-case hexadecimal digits");
        if (Recover(digest, signature) is not { } found)
            return (null, new(RefusalWord.BadSignature, "nobody's signature of this"));
        // What the box says of itself is only a help to whoever looks for a fault.
        if (signer is not null && !string.Equals(signer, found, StringComparison.OrdinalIgnoreCase))
            return (null, new(RefusalWord.BadSignature, $"signed by {found}, not by {Cut(signer)}"));
        return (make(found), null);
    }

    private string? Recover(byte[] digest, string? signature) =>
        EvidenceSignature.TryParse(signature, out var bytes) ? recovery.Recover(digest, bytes)?.Value : null;

    private static byte[] SignedText(string message) => PersonalMessage.Digest(Keccak256.HashData(Encoding.UTF8.GetBytes(message)));

    private static (Submission?, Refusal?) Malformed(string detail) => (null, new(RefusalWord.Malformed, detail));

    private static string? WhyNotDevice(string? device) =>
        IsWord(device) ? null : "device must be a serial number: 1 to 64 letters, digits, . _ -";

    private static bool IsWord(string? text) =>
        text is { Length: >= 1 and <= 64 } && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    private static bool IsHash(string? text) => text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");

    // RFC 3339 in UTC, as the contract takes it.
    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z\z", RegexOptions.ECMAScript)]
    private static partial Regex Instant();

    private static string Cut(string text) => text.Length <= 64 ? text : text[..64];
}
