namespace Appliance.Core.Tracking;

/// <summary>Where a track is in its life; it only ever moves down this list, except that a lost one may be found again.</summary>
public enum TrackState
{
    /// <summary>Seen, but not often enough to be believed. May end without anyone having been told.</summary>
    Tentative,

    /// <summary>Followed, and seen in the latest frame.</summary>
    Confirmed,

    /// <summary>Was confirmed, not seen at the moment (hidden, turned away, missed); its box is predicted.</summary>
    Lost,

    /// <summary>Over. Its id never comes back.</summary>
    Ended,
}
