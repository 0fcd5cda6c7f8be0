using Appliance.FabricGateway.Ledger;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Anchoring;

/// <summary>Which items go together in one transaction. Pure.</summary>
public static class AnchorPlan
{
    /// <param name="pending">Items that may go, oldest first.</param>
    /// <param name="maxItems">In one transaction.</param>
    /// <param name="gatherUntil">Groups that are not full go only if they hold an item received at or before this (Unix milliseconds).</param>
    public static IReadOnlyList<IReadOnlyList<PendingItem>> Group(IReadOnlyList<PendingItem> pending, int maxItems, long gatherUntil)
    {
        var groups = new List<IReadOnlyList<PendingItem>>();
        foreach (var kind in pending.GroupBy(item => item.Kind))
        {
            if (!AnchorCalls.IsList(kind.Key))
            {
                groups.AddRange(kind.Select(item => (IReadOnlyList<PendingItem>)[item]));
                continue;
            }

            foreach (var group in kind.Chunk(maxItems))
            {
                // Only headers have time: the rest is critical or rare.
                if (kind.Key != ItemKind.Batch || group.Length == maxItems || group[0].ReceivedAt <= gatherUntil)
                    groups.Add(group);
            }
        }

        return groups;
    }

    /// <summary>When the next group that is not full is due, Unix milliseconds; null: none waits.</summary>
    public static long? NextDue(IReadOnlyList<PendingItem> waiting, TimeSpan gather) =>
        waiting.Count == 0 ? null : waiting.Min(item => item.ReceivedAt) + (long)gather.TotalMilliseconds;
}
