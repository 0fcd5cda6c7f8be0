using Appliance.Core.Alerts;
using Appliance.Store.Audit;
using Appliance.Store.Database;

namespace Appliance.Store.Alerts;

public sealed partial class AlertLog
{
    private const int MaxComment = 2000;

    /// <summary>
    /// Acknowledge, confirm, reject or reopen. Refused when the state does not allow it, e.g. when the second verdict comes from
    /// the person who gave the first.
    /// </summary>
    /// <param name="id">The alert.</param>
    /// <param name="ifMatch">Version the caller saw; null = whatever is current.</param>
    /// <param name="action">What is done.</param>
    /// <param name="comment">Up to 2,000 characters; kept encrypted.</param>
    /// <param name="by">Who: the user's own name also where they came with a token, or one person could count as two.</param>
    /// <param name="cancel">Gives up waiting; the change may still happen.</param>
    public Task<Change<StoredAlert>> Review(
        AlertId id, int? ifMatch, ReviewAction action, string comment, Actor by, CancellationToken cancel = default) =>
        comment.Length > MaxComment
            ? Task.FromResult(Change<StoredAlert>.Refused($"the comment is longer than {MaxComment} characters"))
            : _database.Write(context => Review(context.Session, id, ifMatch, action, comment, by), cancel);

    private Change<StoredAlert> Review(
        Session session, AlertId id, int? ifMatch, ReviewAction action, string comment, Actor by)
    {
        if (Find(session, id) is not { } before)
            return Change<StoredAlert>.NotFound();
        if (ifMatch is not null && ifMatch != before.Version)
            return Change<StoredAlert>.Conflict(before);

        var pending = before.State == AlertState.PendingSecond
            ? Reviews(session, id).LastOrDefault(review => review.Result == AlertState.PendingSecond)
            : null;
        var (next, refusal) = ReviewRules.Next(
            before.State, action, by.Name, pending is null ? null : new(pending.Reviewer, pending.Action), _options.TwoPersonConfirmation);
        if (refusal is not null)
            return Change<StoredAlert>.Refused(refusal, before);

        var at = _clock.GetUtcNow().ToStored();
        session.Execute("UPDATE alerts SET state = ?2, version = version + 1 WHERE seq = ?1", before.Alert.Seq, (int)next);
        session.Execute(
            "INSERT INTO alert_reviews (seq, at, action, result, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            before.Alert.Seq, at.ToDb(), (int)action, (int)next, _row.Seal(id.Value, at, new(by.Name, comment)));
        _audit.Append(
            session, by, "alert." + action.ToString().ToLowerInvariant(), id.Value,
            $"{ReviewRules.Name(before.State)} → {ReviewRules.Name(next)}");
        return Change<StoredAlert>.Done(before with { State = next, Version = before.Version + 1 });
    }
}
