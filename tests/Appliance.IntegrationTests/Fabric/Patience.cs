namespace Appliance.IntegrationTests.Fabric;

/// <summary>How long a test waits for what must come.</summary>
internal static class Patience
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    public static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Long);
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
    }
}
