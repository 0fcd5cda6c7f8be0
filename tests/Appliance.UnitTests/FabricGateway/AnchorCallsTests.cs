using System.Text;
using Appliance.FabricGateway.Anchoring;
using Appliance.FabricGateway.Ledger;
using Appliance.FabricGateway.Store;

namespace Appliance.UnitTests.FabricGateway;

public class AnchorCallsTests
{
    [Fact]
    public void For_Headers_IsOneListOfThem()
    {
        var call = AnchorCalls.For([Item(1, argument: """{"a":1}"""), Item(2, argument: """{"a":2}""")]);

        Assert.Equal("evidence:SubmitBatches", call.Function);
        Assert.Equal(["""[{"a":1},{"a":2}]"""], call.Arguments);
    }

    [Fact]
    public void For_Registration_IsTheCallThatWasWrittenDown()
    {
        var call = AnchorCalls.For([Item(1, ItemKind.DeviceKey, AnchorCalls.Registration("7F3A", "[{}]"))]);

        Assert.Equal("evidence:RegisterDevice", call.Function);
        Assert.Equal(["7F3A", "[{}]"], call.Arguments);
    }

    [Fact]
    public void Verdicts_MixedList_IsInItsOrder()
    {
        var verdicts = AnchorCalls.Verdicts(
            [Item(1), Item(2), Item(3)],
            Bytes("""{"results":[{"status":"exists","tx":"t7"},{"status":"ok","tx":"t9"},{"status":"EQUIVOCATION","detail":"other root"}]}"""));

        Assert.Equal(
            [new(VerdictKind.Exists, "t7", null), new(VerdictKind.Written, null, null), new(VerdictKind.Refused, null, "EQUIVOCATION: other root")], verdicts);
    }

    [Theory]
    [InlineData("""{"results":[{"status":"ok"}]}""")]
    [InlineData("""{"results":[{"status":"ok"},{}]}""")]
    [InlineData("""{"results":[{"status":"ok"},null]}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void Verdicts_AnswerOfAnotherForm_IsARefusal(string answer)
    {
        var error = Assert.Throws<LedgerException>(() => AnchorCalls.Verdicts([Item(1), Item(2)], Bytes(answer)));

        Assert.Equal(LedgerFault.Refused, error.Fault);
    }

    [Fact]
    public void Group_Headers_GoInFullGroupsAtOnceAndTheRestWhenItIsDue()
    {
        var pending = Enumerable.Range(1, 5).Select(i => Item(i, receivedAt: i * 10)).ToList();

        var early = AnchorPlan.Group(pending, maxItems: 2, gatherUntil: 49);
        var late = AnchorPlan.Group(pending, maxItems: 2, gatherUntil: 50);

        Assert.Equal(["1,2", "3,4"], early.Select(Ids));
        Assert.Equal(["1,2", "3,4", "5"], late.Select(Ids));
    }

    [Fact]
    public void Group_CriticalEvidence_DoesNotWait()
    {
        var groups = AnchorPlan.Group([Item(1, ItemKind.Evidence, receivedAt: 1000), Item(2, receivedAt: 1000)], maxItems: 100, gatherUntil: 0);

        Assert.Equal(["1"], groups.Select(Ids));
    }

    [Fact]
    public void Group_KindsAndCallsWithoutList_AreKeptApart()
    {
        var groups = AnchorPlan.Group(
            [Item(1), Item(2, ItemKind.DeviceKey), Item(3, ItemKind.DeviceKey), Item(4, ItemKind.Update), Item(5)], maxItems: 100, gatherUntil: 0);

        Assert.Equal(["1,5", "2", "3", "4"], groups.Select(Ids));
    }

    [Fact]
    public void NextDue_WaitingHeaders_IsTheOldestPlusThePause() =>
        Assert.Equal(1500, AnchorPlan.NextDue([Item(1, receivedAt: 700), Item(2, receivedAt: 500)], TimeSpan.FromSeconds(1)));

    private static string Ids(IReadOnlyList<PendingItem> group) => string.Join(',', group.Select(item => item.Id));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static PendingItem Item(long id, ItemKind kind = ItemKind.Batch, string argument = "{}", long receivedAt = 0) =>
        new(id, kind, $"k{id}", "7F3A", id, argument, receivedAt, IsBarrier: false);
}
