namespace Appliance.IntegrationTests.Support;

/// <summary>A test that needs a real MQTT broker and the client library.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MosquittoFactAttribute : FactAttribute
{
    public MosquittoFactAttribute() => Skip = MosquittoBroker.WhyNot;
}

/// <summary><see cref="MosquittoFactAttribute"/> with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MosquittoTheoryAttribute : TheoryAttribute
{
    public MosquittoTheoryAttribute() => Skip = MosquittoBroker.WhyNot;
}
