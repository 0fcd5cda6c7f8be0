using Appliance.Core.Detection;
using Appliance.Core.Evidence.Tracks;

namespace Appliance.UnitTests.Core.Evidence.Tracks;

public class TracksDocumentTests
{
    private static readonly TracksDocument s_document = new(
        TracksDocument.Version1, "01K", 7, 640, 360, "2026-11-21T12:00:00.000Z", -2,
        [new(-0.4, 8, 1, 2, 3, 4, 0.9, true), new(0, 7, 10, 20, 30, 40, 0.95, true), new(0, 8, 5, 6, 7, 8, 0.9, true), new(2, 9, 0, 0, 1, 1, 0.5, false)]);

    [Fact]
    public void BystandersAt_MomentOfTheAlert_AreAllNearInTimeButTheAlertedOne() =>
        Assert.Equal([new Box(1, 2, 3, 4), new Box(5, 6, 7, 8)], s_document.BystandersAt(0));

    [Fact]
    public void BystandersAt_NobodyThere_IsEmpty() => Assert.Empty(s_document.BystandersAt(10));

    [Fact]
    public void Read_WhatWasWritten_IsTheSame() =>
        Assert.Equal(s_document.Points, TracksDocument.Read(TracksDocument.Write(s_document)).Points);
}
