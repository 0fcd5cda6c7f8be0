namespace Appliance.Core.Alerts;

/// <summary>What a Sparkplug edge node must still know after a power cut.</summary>
public interface INodeMemory
{
    /// <summary>
    /// The birth-death number of the next CONNECT: 0, then one more each time, 0 again after 255. Durable when this returns, so that
    /// no number is used for two sessions whose Wills might both still be under way.
    /// </summary>
    ValueTask<int> NextBirthDeath(CancellationToken cancel);

    /// <summary>How many alerts of each camera were reported so far.</summary>
    ValueTask<IReadOnlyList<AlertTally>> Tallies(CancellationToken cancel);

    /// <summary>Replaces the tallies of these cameras in one transaction.</summary>
    ValueTask Save(IReadOnlyCollection<AlertTally> tallies, CancellationToken cancel);
}

/// <summary>What SCADA is told about a camera's alerts: numbers and ids of alerts, never people.</summary>
/// <param name="Camera">Which; also one that is no more.</param>
/// <param name="Count">Alerts reported since the box was new.</param>
/// <param name="LastSeq"><see cref="Alert.Seq"/> of the last one counted.</param>
/// <param name="LastId">Its id.</param>
/// <param name="LastKind">One of <see cref="AlertKinds"/>.</param>
/// <param name="LastScore">Similarity of a match, else the detector's score.</param>
public sealed record AlertTally(string Camera, long Count, long LastSeq, string LastId, string LastKind, double LastScore);
