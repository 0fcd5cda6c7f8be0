using System.Numerics;
using Appliance.Core.Detection;
using Appliance.Core.Recognition;

namespace Appliance.Core.Rules.Engine;

/// <summary>One track in one frame, as rules see it.</summary>
/// <param name="Track">Id of the track.</param>
/// <param name="Anchor">Where it is, 0..1 of the picture: see <see cref="AnchorOf"/>.</param>
/// <param name="IsSeen">Whether this frame shows it; otherwise it is hidden for a moment and counts as staying where it was.</param>
/// <param name="State">What is known about who it is.</param>
/// <param name="Person">The person when known.</param>
/// <param name="Category">Their category when known; null when they were just removed.</param>
public readonly record struct Sighting(
    long Track, Vector2 Anchor, bool IsSeen, IdentityState State = IdentityState.Undecided, PersonId Person = default, string? Category = null)
{
    /// <summary>Seen well, and matches nobody.</summary>
    public const string Unknown = "unknown";

    /// <summary>Not seen well enough to say.</summary>
    public const string Undecided = "undecided";

    /// <summary>The word that rules know it by.</summary>
    public string Word => State switch
    {
        IdentityState.Known when Category is not null => Category,
        IdentityState.Unknown => Unknown,
        _ => Undecided,
    };

    /// <summary>The middle of the lower edge of the face's box, where a person is nearest to the ground that zones are drawn on.</summary>
    public static Vector2 AnchorOf(in Box box, int frameWidth, int frameHeight) => frameWidth <= 0 || frameHeight <= 0
        ? default
        : new(
            Math.Clamp((box.X + (box.Width / 2)) / frameWidth, 0, 1),
            Math.Clamp(box.Bottom / frameHeight, 0, 1));
}

/// <summary>A rule applies.</summary>
/// <param name="Rule">Which.</param>
/// <param name="Place">Zone or line; empty = the whole picture.</param>
/// <param name="Index">Index of the sighting; −1 = no particular one.</param>
/// <param name="Detail">In words.</param>
public readonly record struct RuleFinding(Rule Rule, string Place, int Index, string Detail);
