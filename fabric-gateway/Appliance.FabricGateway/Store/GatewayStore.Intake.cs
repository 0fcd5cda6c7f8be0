using System.Data.Common;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Devices;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Ledger;
using Appliance.Store.Database;

namespace Appliance.FabricGateway.Store;

/// <content>What boxes say.</content>
public sealed partial class GatewayStore
{
    /// <summary>Registers what the configuration says of boxes; keys that are known stay as they are.</summary>
    public Task RegisterConfigured(IReadOnlyList<DeviceOptions> devices, CancellationToken cancel) => Write(
        context =>
        {
            foreach (var device in devices)
            {
                if (Appliance.Core.Evidence.Signatures.EthereumAddress.TryParse(device.Address, out var address)
                    && Keys(context.Session, device.Serial!).All.Count == 0)
                    AddKey(context.Session, device.Serial!, 1, address.Value, firstBatch: 1, "configuration", null, Now());
            }

            return true;
        },
        cancel);

    /// <summary>
    /// Checks submissions against the register and what was said before, and keeps what is new. All of a call share one transaction
    /// with whatever else waits.
    /// </summary>
    public Task<IReadOnlyList<Outcome>> Take(IReadOnlyList<Submission> submissions, ItemVia via, CancellationToken cancel) => Write(
        context =>
        {
            var now = Now();
            var (added, news) = (0, false);
            var outcomes = new Outcome[submissions.Count];
            for (var i = 0; i < outcomes.Length; i++)
            {
                outcomes[i] = Take(context.Session, submissions[i], via, now, ref news);
                added += outcomes[i].Status == OutcomeStatus.Accepted ? 1 : 0;
            }

            if (added > 0)
                context.AfterCommit(() => Added(added));
            if (news)
                context.AfterCommit(() => NewsForBoxes?.Invoke());
            return (IReadOnlyList<Outcome>)outcomes;
        },
        cancel);

    /// <summary>Takes a rotation into the register; the ledger hears of it at once, or when the operator says so.</summary>
    /// <param name="rotation">With good signatures of both keys.</param>
    /// <param name="parkedBecause">Why it has to wait for somebody; null = it goes at once.</param>
    /// <param name="cancel">Gives up the wait.</param>
    public Task<Outcome> Take(RotationSubmission rotation, string? parkedBecause, CancellationToken cancel) => Write(
        context =>
        {
            var statement = rotation.Statement;
            var keys = Keys(context.Session, statement.Device);
            if (keys.All.Any(key => key.Address == statement.NewAddress))
                return Outcome.Exists;
            if (keys.All.Count == 0)
                return Outcome.Refused(RefusalWord.NoDevice, "the box is not registered here");
            if (keys.WhyNotRotate(statement) is { } why)
                return Outcome.Refused(RefusalWord.BadSignature, why);

            var now = Now();
            AddKey(context.Session, statement.Device, keys.All[^1].Number + 1, statement.NewAddress, statement.FirstBatch, "rotation", rotation.Record, now);
            AddOperatorItem(
                context.Session, ItemKind.DeviceKey, $"{statement.Device}|{statement.NewAddress}", statement.Device, rotation.Record, rotation.Argument,
                AnchorCalls.DeviceLane(statement.Device), parkedBecause, now);
            context.AfterCommit(() => ItemsAdded?.Invoke());
            return Outcome.Accepted;
        },
        cancel);

    private void Added(int count)
    {
        Interlocked.Add(ref _waiting, count);
        ItemsAdded?.Invoke();
    }

    internal static DeviceKeys Keys(Session session, string device) => new(session.All(
        "SELECT device, number, address, first_batch, source, added_at, revoked_at FROM device_keys WHERE device = ?1 ORDER BY number", ReadKey, device));

    internal static DeviceKey ReadKey(DbDataReader row) => new(
        row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetInt64(5), row.IsDBNull(6) ? null : row.GetInt64(6));

    internal static void AddKey(
        Session session, string device, int number, string address, long firstBatch, string source, string? record, long now) => session.Execute(
        "INSERT INTO device_keys (device, number, address, first_batch, source, record, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        device, number, address, firstBatch, source, record, now);

    /// <summary>An item of the operator's (or a rotation): alone in its lane.</summary>
    internal static void AddOperatorItem(
        Session session, ItemKind kind, string key, string device, string content, string argument, string lane, string? parkedBecause, long now) =>
        session.Execute(
            """
            INSERT INTO items (kind, key, device, seq, content, argument, lane, barrier, via, received_at, state, reason, notified)
            VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, 1)
            """,
            (int)kind, key, device, content, argument, lane, (int)ItemVia.Operator, now,
            (int)(parkedBecause is null ? ItemState.Pending : ItemState.Parked), parkedBecause);

    private static Outcome Take(Session session, Submission submission, ItemVia via, long now, ref bool news)
    {
        var keys = Keys(session, submission.Device);
        if (keys.All.Count == 0)
            return Outcome.Refused(RefusalWord.NoDevice, "the box is not registered here");
        if (WhyNotSigner(keys, submission) is { } refusal)
            return refusal;

        var known = session.First(
            "SELECT id, content, state FROM items WHERE kind = ?1 AND key = ?2",
            row => new Known(row.GetInt64(0), row.GetString(1), (ItemState)row.GetInt32(2)), (int)submission.Kind, submission.Key);
        if (known is null)
        {
            Add(session, submission, via, now);
            return Outcome.Accepted;
        }

        if (known.Content != submission.Content)
            return Equivocation(session, known, submission, now);

        // Asked again over MQTT: told again, as soon as there is something to tell.
        if (via == ItemVia.Mqtt && submission.Kind == ItemKind.Batch)
        {
            session.Execute("UPDATE items SET notified = MIN(notified, 0) - 1, via = ?2 WHERE id = ?1", known.Id, (int)ItemVia.Mqtt);
            news |= known.State is ItemState.Committed or ItemState.Parked;
        }

        return Outcome.Exists;
    }

    private static Outcome? WhyNotSigner(DeviceKeys keys, Submission submission)
    {
        if (keys.All[^1].RevokedAt is not null)
            return Outcome.Refused(RefusalWord.NoDevice, "the box's key was revoked");
        if (submission.Kind == ItemKind.Batch)
        {
            var key = keys.ForBatch(submission.Seq);
            return key?.Address == submission.Signer
                ? null
                : Outcome.Refused(RefusalWord.BadSignature, $"batch {submission.Seq} is signed by {submission.Signer}, the register has {key?.Address ?? "no key"}");
        }

        return keys.MaySpeak(submission.Signer)
            ? null
            : Outcome.Refused(RefusalWord.BadSignature, $"signed by {submission.Signer}, the register has {keys.Current?.Address ?? "no key"}");
    }

    private static void Add(Session session, Submission submission, ItemVia via, long now) => session.Execute(
        """
        INSERT INTO items (kind, key, device, seq, content, argument, lane, barrier, via, received_at, state, notified)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11)
        """,
        (int)submission.Kind, submission.Key, submission.Device, submission.Seq, submission.Content, submission.Argument, submission.Lane,
        submission.IsBarrier ? 1 : 0, (int)via, now,
        // Only batches have receipts in the wire contract.
        via == ItemVia.Mqtt && submission.Kind == ItemKind.Batch ? 0 : 1);

    private static Outcome Equivocation(Session session, Known known, Submission submission, long now)
    {
        session.Execute(
            """
            INSERT OR IGNORE INTO equivocations (kind, device, key, first, second, argument, received_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """,
            (int)submission.Kind, submission.Device, submission.Key, known.Content, submission.Content, submission.Argument, now);
        return Outcome.Refused(RefusalWord.Equivocation, $"something else was signed before: {known.Content}");
    }

    private sealed record Known(long Id, string Content, ItemState State);
}
