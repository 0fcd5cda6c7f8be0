namespace Appliance.Scene.Heads;

/// <summary>What a head can differ in. The value of each is 0..1; <see cref="HeadShape"/> and the painters give it its unit.</summary>
public enum Gene
{
    // Skull and jaw.
    FaceWidth, SkullHeight, ForeheadWidth, CheekboneWidth, JawWidth, ChinWidth, ChinLength, ChinForward, JawSquareness,
    Cheekbone, CheekFullness, BrowRidge, ForeheadSlope, TempleHollow, NeckWidth, Asymmetry,

    // Eyes and brows.
    EyeDistance, EyeWidth, EyeOpening, EyeTilt, EyeDepth, LidCrease, EyeBags, Iris, EyeShade, Lashes,
    BrowHeight, BrowThickness, BrowArch, BrowTilt, BrowDensity, BrowGap,

    // Nose.
    NoseLength, NoseWidth, BridgeWidth, NoseProjection, NoseHump, NoseTip, Nostrils,

    // Mouth.
    MouthHeight, MouthWidth, UpperLip, LowerLip, LipColour, MouthCurve, CupidBow, Philtrum, Nasolabial,

    // Skin.
    Melanin, Undertone, Flush, Freckles, Blotches, BlotchPattern, Moles, Mark, Wrinkles, Gloss,

    // Ears, hair, beard.
    EarSize, EarAngle, HairStyle, HairColour, Grey, Hairline, Recession, HairVolume, Parting, HairLength, Curl,
    Beard, BeardDensity, BeardColour, Moustache,

    // What is worn.
    Glasses, GlassesSize, GlassesColour, Headwear, HeadwearColour,
}
