namespace Appliance.IntegrationTests.Support;

/// <summary>Starts ajv once for a test class.</summary>
public sealed class MqttSchemasFixture : IAsyncLifetime
{
    public MqttSchemas Value { get; private set; } = null!;

    public async Task InitializeAsync() => Value = await MqttSchemas.Start();

    public Task DisposeAsync()
    {
        Value.Dispose();
        return Task.CompletedTask;
    }
}
