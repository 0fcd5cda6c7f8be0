namespace Appliance.IntegrationTests.EndToEnd.Support;

/// <summary>Each of these tests runs the whole daemon: alone and one by one, so that two slow cores are enough.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndCollection : ICollectionFixture<FaceVideo>
{
    public const string Name = "end to end";
}
