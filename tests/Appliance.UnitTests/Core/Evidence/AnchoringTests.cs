using System.Text;
using System.Text.Json;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Notes;

namespace Appliance.UnitTests.Core.Evidence;

public sealed class AnchoringTests
{
    private const string Good = """
        {"ledger":"hyperledger-fabric","channel":"c","chaincode":"anchor","transaction":"ab","block":7,"mspId":"Org1MSP",
         "device":"7F3A","seq":5,"root":"11","committedAt":"2026-11-21T12:00:00Z","new":"members are fine"}
        """;

    private static readonly BatchHeader s_header = new("7F3A", 5, 1, BatchHeader.NoPrev, "11");

    [Fact]
    public void Of_KnownList_HasTheDocumentedHash()
    {
        // printf 'watchlist-v1\nnet-a\nA 0000…\nB 0101…\n' | sha256sum
        var hash = WatchlistHash.Of("net-a", [("B", [.. Enumerable.Repeat((byte)1, 32)]), ("A", new byte[32])]);

        Assert.Equal("497c7302f1980a9be9452cfa87077019649166cc67b4b95ce5d98ed6d1a17f30", hash);
    }

    [Fact]
    public void Message_OfStatements_IsAsTheContractHasIt()
    {
        Assert.Equal("wlversion-v1|7F3A|watchlist|2|aa|bb", new WatchlistStatement("7F3A", "watchlist", 2, "aa", "bb").Message);
        Assert.Equal("flupdate-v1|7F3A|run-7-calib|3|cc", new UpdateStatement("7F3A", "run-7-calib", 3, "cc").Message);
    }

    [Fact]
    public void Read_GoodReceipt_FitsItsHeaderOnly()
    {
        var receipt = AnchorReceipt.Read(Encoding.UTF8.GetBytes(Good), out _)!;

        Assert.Null(receipt.WhyNotFor(s_header));
        Assert.NotNull(receipt.WhyNotFor(s_header with { Device = "0001" }));
        Assert.NotNull(receipt.WhyNotFor(s_header with { Seq = 6 }));
        Assert.NotNull(receipt.WhyNotFor(s_header with { Root = "22" }));
    }

    [Theory]
    [InlineData("ledger")]
    [InlineData("transaction")]
    [InlineData("device")]
    [InlineData("seq")]
    [InlineData("root")]
    [InlineData("committedAt")]
    public void Read_MemberMissing_IsNamed(string member)
    {
        var json = Good.Replace($"\"{member}\":", "\"x\":", StringComparison.Ordinal);

        Assert.Null(AnchorReceipt.Read(Encoding.UTF8.GetBytes(json), out var whyNot));
        Assert.Contains(member, whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("nothing")]
    [InlineData("{}")]
    [InlineData("")]
    public void Read_NoReceipt_SaysWhy(string json)
    {
        Assert.Null(AnchorReceipt.Read(Encoding.UTF8.GetBytes(json), out var whyNot));
        Assert.NotEmpty(whyNot);
    }

    [Theory]
    [InlineData("""{"tx":"of another ledger"}""", true)]
    [InlineData("""{"device":"7F3A","seq":5,"root":"11"}""", true)]
    [InlineData("""{"device":"0001"}""", false)]
    [InlineData("""{"device":5}""", false)]
    [InlineData("""{"seq":6}""", false)]
    [InlineData("""{"seq":"5"}""", false)]
    [InlineData("""{"root":"22"}""", false)]
    [InlineData("5", false)]
    public void Contradiction_ReceiptOfAnyForm_OnlyWhatItNamesMustFit(string json, bool fits) =>
        Assert.Equal(fits, AnchorReceipt.Contradiction(json, s_header) is null);

    [Fact]
    public void Batch_Element_HasTheMembersOfTheWireInOrder()
    {
        var json = AnchorJson.Batch(s_header, "0xAb", [1, 2], new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

        Assert.Equal(
            """{"header":{"device":"7F3A","seq":5,"size":1,"prev":"PREV","root":"11","signer":"0xAb","signature":"0x0102"},"closedAt":"2026-11-21T12:00:00+00:00"}"""
                .Replace("PREV", BatchHeader.NoPrev, StringComparison.Ordinal),
            Encoding.UTF8.GetString(json));
    }

    [Fact]
    public void Read_NoteNotCanonical_IsRefused()
    {
        var json = new EvidenceNote
        {
            Id = "01K",
            Device = "7F3A",
            Address = "0x",
            Kind = "fl",
            Subject = "model.adopted",
            Sha256 = "00",
            Detail = "",
            Utc = "2026-11-21T12:00:00.000Z",
        }.ToJson();

        Assert.Equal("model.adopted", EvidenceNote.Read(json).Subject);
        Assert.Throws<JsonException>(() => EvidenceNote.Read(Encoding.UTF8.GetBytes(" " + Encoding.UTF8.GetString(json))));
        Assert.Throws<JsonException>(() => EvidenceNote.Read("""{"format":"watchpost-evidence-v1"}"""u8.ToArray()));
    }
}
