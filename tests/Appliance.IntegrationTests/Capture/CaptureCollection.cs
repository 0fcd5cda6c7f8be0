namespace Appliance.IntegrationTests.Capture;

/// <summary>
/// Cameras run in real time and native pipelines are counted for the whole process: these tests run alone, one by one.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CaptureCollection : ICollectionFixture<RecordedClip>
{
    public const string Name = "capture";
}
