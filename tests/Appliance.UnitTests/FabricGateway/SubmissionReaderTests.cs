using System.Text;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Store;

namespace Appliance.UnitTests.FabricGateway;

public class SubmissionReaderTests
{
    public static TheoryData<string, WireHeader> MalformedHeaders() => new()
    {
        { "device", WireSamples.Header() with { Device = "a|b" } },
        { "device", WireSamples.Header() with { Device = null } },
        { "seq", WireSamples.Header() with { Seq = 0 } },
        { "seq", WireSamples.Header() with { Seq = 1_000_000_000_000 } },
        { "size", WireSamples.Header() with { Size = 1001 } },
        { "size", WireSamples.Header() with { Size = null } },
        { "prev", WireSamples.Header() with { Prev = WireSamples.Hash.ToUpperInvariant() } },
        { "prev", WireSamples.Header() with { Prev = BatchHeader.NoPrev } },
        { "prev", WireSamples.Header(seq: 1) with { Prev = WireSamples.Hash } },
        { "root", WireSamples.Header() with { Root = "0x" + WireSamples.Hash[2..] } },
        { "signature", WireSamples.Header() with { Signature = WireSamples.SignatureOf(WireSamples.Box).ToUpperInvariant() } },
        { "signature", WireSamples.Header() with { Signature = null } },
    };

    [Fact]
    public void Read_Header_AsksForTheDigestOfDocsEvidence()
    {
        var recovery = new WireSamples();
        var wire = WireSamples.Header();

        var (submission, refusal) = new SubmissionReader(recovery).Read(new WireBatch(wire));

        Assert.Null(refusal);
        var header = new BatchHeader("7F3A", 2, 3, WireSamples.Hash, WireSamples.Hash);
        Assert.Equal(header.SignedDigest(), recovery.Asked);
        Assert.Equal((ItemKind.Batch, "7F3A|2", 2L), (submission!.Kind, submission.Key, submission.Seq));
        Assert.Equal(header.Message, submission.Content);
        Assert.Equal(WireSamples.Box.Value, submission.Signer);
        Assert.Equal(
            $$"""{"device":"7F3A","seq":2,"size":3,"prev":"{{WireSamples.Hash}}","root":"{{WireSamples.Hash}}","signature":"{{wire.Signature}}"}""", submission.Argument);
    }

    [Theory]
    [MemberData(nameof(MalformedHeaders))]
    public void Read_HeaderOfAnotherForm_NamesTheField(string field, WireHeader header)
    {
        var (submission, refusal) = WireSamples.Reader.Read(new WireBatch(header));

        Assert.Null(submission);
        Assert.Equal("MALFORMED", refusal!.Code);
        Assert.StartsWith(field, refusal.Detail);
    }

    [Fact]
    public void Read_HeaderThatNamesAnotherSigner_IsRefused()
    {
        var (_, refusal) = WireSamples.Reader.Read(new WireBatch(WireSamples.Header() with { Signer = WireSamples.Other.Value }));

        Assert.Equal("BAD_SIGNATURE", refusal!.Code);
    }

    [Fact]
    public void Read_NobodysSignature_IsRefused()
    {
        var nobody = "0x" + new string('f', 130);

        var (_, refusal) = WireSamples.Reader.Read(new WireBatch(WireSamples.Header() with { Signature = nobody }));

        Assert.Equal("BAD_SIGNATURE", refusal!.Code);
    }

    [Fact]
    public void Read_Evidence_SignsTheDigestItself()
    {
        var recovery = new WireSamples();

        var (submission, _) = new SubmissionReader(recovery).Read(WireSamples.Evidence());

        Assert.Equal(PersonalMessage.Digest(Convert.FromHexString(WireSamples.Hash)), recovery.Asked);
        Assert.Equal(WireSamples.Hash, submission!.Key);
    }

    [Theory]
    [InlineData("2026-11-21T17:00:00+01:00")]
    [InlineData("2026-11-21 17:00:00Z")]
    [InlineData("2026-11-21T17:00Z")]
    [InlineData("2026-02-30T17:00:00Z")]
    [InlineData("2026-11-21T17:00:00Z\n")]
    [InlineData("yesterday")]
    [InlineData(null)]
    public void Read_EvidenceCapturedAtNoUtcTime_IsMalformed(string? captured) =>
        Assert.Equal("MALFORMED", WireSamples.Reader.Read(WireSamples.Evidence() with { Captured = captured }).Refusal!.Code);

    [Fact]
    public void Read_Watchlist_WaitsForTheVersionBefore()
    {
        var recovery = new WireSamples();

        var (submission, _) = new SubmissionReader(recovery).Read(WireSamples.Watchlist());

        var message = $"wlversion-v1|7F3A|banned|4|{new string('b', 64)}|{WireSamples.Hash}";
        Assert.Equal(PersonalMessage.Digest(Keccak256.HashData(Encoding.UTF8.GetBytes(message))), recovery.Asked);
        Assert.True(submission!.IsBarrier);
        Assert.Equal("wl|7F3A|banned", submission.Lane);
    }

    [Fact]
    public void Read_Update_LiesInTheLaneOfItsRound()
    {
        var recovery = new WireSamples();

        var (submission, _) = new SubmissionReader(recovery).Read(WireSamples.Update());

        var message = $"flupdate-v1|7F3A|faces|7|{WireSamples.Hash}";
        Assert.Equal(PersonalMessage.Digest(Keccak256.HashData(Encoding.UTF8.GetBytes(message))), recovery.Asked);
        Assert.False(submission!.IsBarrier);
        Assert.Equal("fl|faces|7", submission.Lane);
    }

    [Fact]
    public void Read_RotationSignedByBothKeys_IsTaken()
    {
        var (rotation, refusal) = WireSamples.Reader.Read(Rotation(old: WireSamples.Box, next: WireSamples.Other));

        Assert.Null(refusal);
        Assert.Equal(WireSamples.Other.Value, rotation!.Statement.NewAddress);
    }

    [Fact]
    public void Read_RotationWithoutTheOldKey_IsRefused()
    {
        var wire = Rotation(old: WireSamples.Box, next: WireSamples.Other);

        var (_, refusal) = WireSamples.Reader.Read(wire with { OldSignature = wire.NewSignature });

        Assert.Equal("BAD_SIGNATURE", refusal!.Code);
    }

    [Fact]
    public void Read_RotationWithoutTheNewKey_IsRefused()
    {
        var wire = Rotation(old: WireSamples.Box, next: WireSamples.Other);

        var (_, refusal) = WireSamples.Reader.Read(wire with { NewSignature = wire.OldSignature });

        Assert.Equal("BAD_SIGNATURE", refusal!.Code);
    }

    [Fact]
    public void Read_RotationNotInCanonicalForm_IsMalformed()
    {
        var wire = Rotation(old: WireSamples.Box, next: WireSamples.Other);

        var (_, refusal) = WireSamples.Reader.Read(wire with { Record = wire.Record + " " });

        Assert.Equal("MALFORMED", refusal!.Code);
    }

    private static WireKey Rotation(EthereumAddress old, EthereumAddress next)
    {
        var statement = new KeyStatement("7F3A", 2, old.Value, next.Value, 9, new DateTimeOffset(2026, 11, 21, 17, 0, 0, TimeSpan.Zero));
        return new(Encoding.UTF8.GetString(statement.ToJson()), WireSamples.SignatureOf(old), WireSamples.SignatureOf(next));
    }
}
