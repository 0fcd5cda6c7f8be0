using Appliance.Core.Recognition;

namespace Appliance.UnitTests.Core.Recognition;

public class QualityGateTests
{
    private static readonly ShotQuality s_good = new(0.9f, 60, 200, 0, 0, 0, 0.5f, 0.15f, 1, 0.9f);

    public static TheoryData<ShotQuality, QualityFault, string> Faults => new()
    {
        { s_good with { DetectorScore = 0.4f }, QualityFault.WeakDetection, "not clearly a face: detector score 0.40, 0.60 needed" },
        { s_good with { EyeDistance = 22 }, QualityFault.TooSmall, "too small: 22 px between the eyes, 40 needed" },
        { s_good with { Visible = 0.5f }, QualityFault.CutOff, "cut off: 50% of the face is in the picture, 85% needed" },
        { s_good with { Yaw = -52 }, QualityFault.TurnedAway, "turned to the side: 52°, at most 30°" },
        { s_good with { Pitch = 41 }, QualityFault.TurnedAway, "turned up: 41°, at most 30°" },
        { s_good with { Pitch = -41 }, QualityFault.TurnedAway, "turned down: 41°, at most 30°" },
        { s_good with { Brightness = 0.05f }, QualityFault.TooDark, "too dark: brightness 5%, 12% needed" },
        { s_good with { Brightness = 0.95f }, QualityFault.TooBright, "too bright: brightness 95%, at most 92%" },
        { s_good with { Contrast = 0.02f }, QualityFault.TooFlat, "too little contrast: 2.0%, 4.0% needed" },
        { s_good with { Sharpness = 9 }, QualityFault.TooBlurred, "too blurred: sharpness 9.0, 20.0 needed" },
        { default, QualityFault.WeakDetection, "not clearly a face: detector score 0.00, 0.60 needed" },
        { s_good with { EyeDistance = float.NaN }, QualityFault.TooSmall, "too small: NaN px between the eyes, 40 needed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void WhyRefused_Fault_IsNamedWithItsMeasure(ShotQuality shot, QualityFault fault, string words)
    {
        Assert.Equal(fault, QualityGate.Enrolment.Check(shot));
        Assert.Equal(words, QualityGate.Enrolment.WhyRefused(shot));
    }

    [Fact]
    public void WhyRefused_GoodShot_IsNotRefused()
    {
        Assert.Equal(QualityFault.None, QualityGate.Enrolment.Check(s_good));
        Assert.Null(QualityGate.Enrolment.WhyRefused(s_good));
    }

    [Fact]
    public void WhyRefused_BlurredPortrait_SaysSo() =>
        Assert.StartsWith("too blurred", QualityGate.Enrolment.WhyRefused(ShotQualityTests.Measure(new() { Blur = 0.2f })));

    [Fact]
    public void WhyRefused_SmallPortrait_SaysSo() => Assert.Equal(
        "too small: 22 px between the eyes, 40 needed",
        QualityGate.Enrolment.WhyRefused(ShotQualityTests.Measure(new() { EyeDistance = 22 })));

    [Fact]
    public void Check_WhatEnrolmentTakes_LiveTakesToo() =>
        Assert.Equal(QualityFault.None, QualityGate.Live.Check(s_good with { EyeDistance = 40, Yaw = 30, Pitch = 30, Sharpness = 20 }));
}
